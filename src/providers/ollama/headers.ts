/** The key header, for Ollama's cloud and for proxies in front of a server. */
export function bearer(key: string | undefined): { readonly [name: string]: string } {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
