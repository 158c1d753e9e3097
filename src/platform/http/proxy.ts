/** Which proxy a request goes through, and how. */
import type { Agent, ClientRequest, RequestOptions } from 'node:http';
import type { SecureContext } from 'node:tls';
import type { HttpsProxyAgent as ProxyAgent } from 'https-proxy-agent';
import type { Environment } from '../env.ts';
import { HttpError } from './errors.ts';

/**
 * The proxy for a URL by the usual variables (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY; the
 * lower-case name wins), or undefined. The environment is a value here, which is why no package
 * that reads the process's own is used. A proxy without a scheme is an http one.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const scheme = url.protocol.slice(0, -1);
  const setting = variable(env, `${scheme}_proxy`) ?? variable(env, 'all_proxy');
  if (setting === undefined || isExempt(url, variable(env, 'no_proxy') ?? '')) return undefined;
  const text = setting.includes('://') ? setting : `http://${setting}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy === undefined || !/^https?:$/.test(proxy.protocol)) {
    throw new HttpError('refused', `The proxy for ${scheme} URLs is not an http or https URL.`, {
      hint: `Correct ${scheme.toUpperCase()}_PROXY or ALL_PROXY.`,
    });
  }
  return proxy;
}

function variable(env: Environment, lowerCaseName: string): string | undefined {
  return env[lowerCaseName] ?? env[lowerCaseName.toUpperCase()];
}

/** NO_PROXY: names separated by commas or spaces; `*`, `.suffix`, `host:port`; a name covers its subdomains. */
function isExempt(url: URL, noProxy: string): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '') return false;
      if (entry === '*') return true;
      const [, name = entry, onlyPort] = /^(\[[^\]]*\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      if (onlyPort !== undefined && onlyPort !== port) return false;
      const suffix = withoutBrackets(name).replace(/^\*?\./, '');
      const host = withoutBrackets(url.hostname);
      return host === suffix || host.endsWith(`.${suffix}`);
    });
}

type ConnectOptions = Parameters<ProxyAgent<string>['connect']>[1];

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** An agent that reaches https hosts through a CONNECT tunnel of `proxy`. */
export async function createTunnelAgent(
  proxy: URL,
  trust: SecureContext | undefined,
): Promise<Agent> {
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  /** Hands the request's signal on, so that a cancel also ends a tunnel that is still opening. */
  class CancellableTunnel extends HttpsProxyAgent<string> {
    override connect(request: ClientRequest, options: ConnectOptions) {
      const { signal } = options as RequestOptions;
      this.connectOpts = { ...this.connectOpts, ...(signal === undefined ? {} : { signal }) };
      return super.connect(request, options);
    }
  }
  return new CancellableTunnel(proxy, {
    keepAlive: true,
    ...(trust === undefined ? {} : { secureContext: trust }),
  });
}

/** The request options that send a plain http URL through a forwarding proxy. */
export function throughForwardProxy(url: URL, proxy: URL): RequestOptions {
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const needsLogin = proxy.username !== '' || proxy.password !== '';
  return {
    protocol: proxy.protocol,
    hostname: withoutBrackets(proxy.hostname),
    port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port),
    path: url.href,
    headers: needsLogin
      ? { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
      : {},
  };
}
