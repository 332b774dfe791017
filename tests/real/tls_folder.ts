/**
 * Certificates as files, for processes.
 * @module
 */

import type { TestCertificate } from "../runtime/deno/certificates.ts";

/** A folder with certificates; gone when it is disposed of. */
export class TlsFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Writes `NAME.pem` and `NAME.key` for each certificate, and `authority.pem`. */
  static async make(
    certificates: Readonly<Record<string, TestCertificate>>,
    authority: string,
  ): Promise<TlsFolder> {
    const folder = new TlsFolder(await Deno.makeTempDir({ prefix: "flotilla-tls-" }));
    for (const [name, { certificate, privateKey }] of Object.entries(certificates)) {
      await Deno.writeTextFile(`${folder.path}/${name}.pem`, certificate);
      await Deno.writeTextFile(`${folder.path}/${name}.key`, privateKey);
    }
    await Deno.writeTextFile(`${folder.path}/authority.pem`, authority);
    return folder;
  }

  /** The words of a command line. */
  words(certificate: string, key: string): string[] {
    const { path } = this;
    const files = ["--tls-cert", `${path}/${certificate}.pem`, "--tls-key", `${path}/${key}.key`];
    return [...files, "--tls-ca", `${path}/authority.pem`];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
