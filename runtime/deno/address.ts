/**
 * Addresses of the real network: `host:port`.
 * @module
 */

/** An address in its parts. */
export interface HostPort {
  readonly hostname: string;
  readonly port: number;
}

/** `host:port` in its parts; null unless it is one. A host with colons in it, as in IPv6, stands in brackets. */
export function splitAddress(address: string): HostPort | null {
  const match = /^(\[[0-9A-Fa-f:.%]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(address);
  if (match === null) return null;
  const port = Number(match[2]);
  return port > 65535 ? null : { hostname: match[1].replace(/^\[(.*)\]$/, "$1"), port };
}

/** The parts as one. */
export function joinAddress({ hostname, port }: HostPort): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
