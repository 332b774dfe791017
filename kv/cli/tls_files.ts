/**
 * Certificates on the command line: three files, looked at before anything is opened.
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import type { DenoTls } from "../../runtime/deno.ts";
import { splitAddress } from "../../runtime/deno/address.ts";
import { type Flags, UsageError } from "./flags.ts";

/** Options with the three files. */
export const TLS_VALUES = ["tls-cert", "tls-key", "tls-ca"] as const;

/** What `--help` says of them. */
export const TLS_HELP =
  `  --tls-cert FILE   this end's certificate, PEM; it names the host by which the others call it
  --tls-key FILE    the key of that certificate
  --tls-ca FILE     the authority: whoever has a certificate of it is one of the cluster, and nobody else
`;

/** Reads the three files; null if none is given. Throws {@linkcode UsageError} for files that cannot work. */
export function readTls(read: Flags): DenoTls | null {
  const [cert, key, ca] = TLS_VALUES.map((name) => read.values.get(name));
  if (cert === undefined && key === undefined && ca === undefined) return null;
  if (cert === undefined || key === undefined || ca === undefined) {
    throw new UsageError("Cannot use TLS with one file alone: give --tls-cert, --tls-key and --tls-ca");
  }
  const tls = { certificate: readPem(cert), privateKey: readPem(key), authority: readPem(ca) };
  checkPair(tls, cert, key);
  checkAuthority(tls, cert, ca);
  return tls;
}

/** Throws {@linkcode UsageError} unless the certificate is good for the host of `address`. */
export function checkHost(tls: DenoTls, address: string): void {
  const hostname = splitAddress(address)?.hostname ?? address;
  const certificate = new X509Certificate(tls.certificate);
  // Either of the two: an address of numbers and colons is no name.
  if (certificate.checkHost(hostname) !== undefined || certificate.checkIP(hostname) !== undefined) return;
  const names = certificate.subjectAltName ?? "nobody";
  throw new UsageError(
    `Cannot use --tls-cert for ${hostname}: it is for ${names}; make one with subjectAltName ${hostname}`,
  );
}

function readPem(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

function checkPair(tls: DenoTls, certPath: string, keyPath: string): void {
  const certificate = certificateOf(tls.certificate, certPath);
  let matches: boolean;
  try {
    matches = certificate.checkPrivateKey(createPrivateKey(tls.privateKey));
  } catch {
    throw new UsageError(`Cannot use ${keyPath}: it holds no private key in PEM without a password`);
  }
  if (!matches) throw new UsageError(`Cannot use ${keyPath}: it is not the key of ${certPath}`);
  const now = Date.now();
  if (now > Date.parse(certificate.validTo)) {
    throw new UsageError(
      `Cannot use ${certPath}: its time was over on ${certificate.validTo}; make a new one`,
    );
  }
}

function checkAuthority(tls: DenoTls, certPath: string, caPath: string): void {
  const authority = certificateOf(tls.authority, caPath);
  const single = tls.certificate.split("-----BEGIN CERTIFICATE-----").length === 2 &&
    tls.authority.split("-----BEGIN CERTIFICATE-----").length === 2;
  // A chain, or several authorities: the handshake will tell.
  if (!single || new X509Certificate(tls.certificate).verify(authority.publicKey)) return;
  throw new UsageError(`Cannot use ${certPath}: it was not made by the authority in ${caPath}`);
}

function certificateOf(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new UsageError(`Cannot use ${path}: it holds no certificate in PEM`);
  }
}
