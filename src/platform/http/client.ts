/**
 * The HTTP client: node:http and nothing above it, for exact control of the socket and a start that
 * costs nothing. One client owns its connections; `close()` ends them.
 *
 * It never follows a redirect (a key must not travel to a host that nobody chose), never decodes
 * more of an error body than asked for, and sends a key over plain http only to this machine.
 */
import { Agent, type RequestOptions, request as sendHttp } from 'node:http';
import type { SecureContext } from 'node:tls';
import type { Environment } from '../env.ts';
import { checkHeaders, hasSecretHeader, isLoopbackHost, parseHttpUrl } from './check.ts';
import { HttpError } from './errors.ts';
import { exchange, type HttpResponse, type HttpTimeouts, type Route } from './exchange.ts';
import { createTunnelAgent, proxyFor, throughForwardProxy } from './proxy.ts';

export interface HttpClientOptions extends HttpTimeouts {
  readonly env: Environment;
  /** `zeke/<version>`. */
  readonly userAgent: string;
  /** Refuses every host but this machine before a socket is opened. */
  readonly offline?: boolean;
  /** Loopback hosts are reached directly unless this is set. */
  readonly proxyLoopback?: boolean;
}

interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
  /** Sent as `application/json`. */
  readonly jsonBody?: string;
  readonly signal: AbortSignal;
  /** The user allows a key to this host over plain http. */
  readonly allowPlainHttp?: boolean;
  /** Where one request needs other limits than the client. */
  readonly timeouts?: Partial<HttpTimeouts>;
}

export interface HttpClient {
  /**
   * Sends one request. Resolves with whatever status the host answers except a redirect; rejects
   * with an HttpError, and with a ZekeError of kind `config` for certificates that cannot be read.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Loads what a request to this URL needs, certificates included; opens no connection. */
  prepare(url: string): Promise<void>;
  /** Ends every connection, also those in use. */
  close(): void;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const pool = createAgentPool(options.env);
  return {
    async send(request) {
      const url = parseHttpUrl(request.url);
      const headers = requestHeaders(request, options.userAgent);
      checkHeaders(headers, url.host);
      checkAllowed({ url, request, options });
      const route = await chooseRoute({ url, headers, options, pool });
      const response = await exchange({
        host: describeWay(url, route),
        route: { ...route, options: { ...route.options, method: request.method } },
        body: request.jsonBody,
        signal: request.signal,
        timeouts: {
          connectTimeoutMs: request.timeouts?.connectTimeoutMs ?? options.connectTimeoutMs,
          firstByteTimeoutMs: request.timeouts?.firstByteTimeoutMs ?? options.firstByteTimeoutMs,
          idleTimeoutMs: request.timeouts?.idleTimeoutMs ?? options.idleTimeoutMs,
        },
      });
      return refuseRedirect(response, url);
    },
    async prepare(url) {
      await chooseRoute({ url: parseHttpUrl(url), headers: {}, options, pool });
    },
    close: () => pool.close(),
  };
}

function requestHeaders(request: HttpRequest, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    // A compressed stream would be held back by the compressor's own buffer.
    'accept-encoding': 'identity',
    ...request.headers,
  };
  if (request.jsonBody !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = String(Buffer.byteLength(request.jsonBody));
  }
  return headers;
}

interface CheckInput {
  readonly url: URL;
  readonly request: HttpRequest;
  readonly options: HttpClientOptions;
}

function checkAllowed({ url, request, options }: CheckInput): void {
  if (isLoopbackHost(url.hostname)) return;
  if (options.offline === true) {
    throw new HttpError('offline', `${url.host} was not contacted: Zeke is offline.`, {
      hint: 'Leave out --offline, or use a local model.',
    });
  }
  const isExposed = url.protocol === 'http:' && hasSecretHeader(request.headers ?? {});
  if (isExposed && request.allowPlainHttp !== true) {
    throw new HttpError('refused', `The key for ${url.host} would travel unencrypted over http.`, {
      hint: 'Use an https URL. Plain http is for this machine only.',
    });
  }
}

/** Connections by where they lead. They stay open between requests and never hold the process. */
interface AgentPool {
  /** The agent under this name, made by `make` the first time. */
  use(name: string, make: () => Promise<Agent>): Promise<Agent>;
  /** What https trusts, read once. */
  trust(): Promise<SecureContext | undefined>;
  close(): void;
}

function createAgentPool(env: Environment): AgentPool {
  const agents = new Map<string, Promise<Agent>>();
  let trust: Promise<SecureContext | undefined> | undefined;
  return {
    use(name, make) {
      const agent = agents.get(name) ?? make();
      agents.set(name, agent);
      return agent;
    },
    trust() {
      trust ??= import('./tls.ts').then((module) => module.trustFromEnvironment(env));
      return trust;
    },
    close() {
      for (const agent of agents.values()) {
        // An agent that could not be made has no connections; its error went to the request.
        agent.then((made) => made.destroy()).catch(() => undefined);
      }
      agents.clear();
    },
  };
}

/** The host as error messages name it: behind a proxy the trouble may be the proxy's. */
function describeWay(url: URL, route: Route): string {
  if (route.proxyHost === undefined) return url.host;
  return `${url.host} (through the proxy ${route.proxyHost})`;
}

interface RouteInput {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly options: HttpClientOptions;
  readonly pool: AgentPool;
}

async function chooseRoute(input: RouteInput): Promise<Route> {
  const { url, headers, options, pool } = input;
  const isDirect = isLoopbackHost(url.hostname) && options.proxyLoopback !== true;
  const proxy = isDirect ? undefined : proxyFor(url, options.env);
  if (url.protocol === 'http:') {
    const hop = proxy === undefined ? direct(url) : throughForwardProxy(url, proxy);
    const proxyHost = proxy?.host;
    const all = { ...hop, headers: { host: url.host, ...headers, ...hop.headers } };
    if (hop.protocol !== 'https:') {
      const agent = await pool.use('http', async () => new Agent({ keepAlive: true }));
      return { send: sendHttp, options: { ...all, agent }, proxyHost };
    }
    return { ...(await secureRoute(all, pool)), proxyHost };
  }
  const all = { ...direct(url), headers };
  return proxy === undefined ? secureRoute(all, pool) : tunnelRoute({ all, proxy, pool });
}

function direct(url: URL): RequestOptions {
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    path: `${url.pathname}${url.search}`,
  };
}

async function secureRoute(options: RequestOptions, pool: AgentPool): Promise<Route> {
  const https = await import('node:https');
  const trust = await pool.trust();
  const secureContext = trust === undefined ? {} : { secureContext: trust };
  const agent = await pool.use(
    'https',
    async () => new https.Agent({ keepAlive: true, ...secureContext }),
  );
  return { send: https.request, options: { ...options, agent } };
}

interface TunnelInput {
  readonly all: RequestOptions;
  readonly proxy: URL;
  readonly pool: AgentPool;
}

async function tunnelRoute({ all, proxy, pool }: TunnelInput): Promise<Route> {
  const https = await import('node:https');
  const trust = await pool.trust();
  const agent = await pool.use(proxy.href, () => createTunnelAgent(proxy, trust));
  const secureContext = trust === undefined ? {} : { secureContext: trust };
  return {
    send: https.request,
    options: { ...all, ...secureContext, agent },
    proxyHost: proxy.host,
  };
}

function refuseRedirect(response: HttpResponse, url: URL): HttpResponse {
  const target = response.headers.location;
  if (response.status < 300 || response.status > 399) return response;
  response.discard();
  const where = target === undefined ? 'elsewhere' : redirectTarget(target, url);
  throw new HttpError('redirect', `${url.host} redirects to ${where}; Zeke follows no redirects.`, {
    hint: 'If that is the right place, set it as the base URL.',
  });
}

/** Scheme, host and path of where a redirect points: its query could hold a token. */
function redirectTarget(location: string, from: URL): string {
  if (!URL.canParse(location, from.href)) return 'an address that is no URL';
  const target = new URL(location, from);
  return `${target.origin}${target.pathname}`;
}
