import { TerminalError, TransientError } from "../../domain/errors.ts";

/** Statuses after which OTLP/HTTP allows to send the same request again; after all others it does not. */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** How much of an answer is shown when it refuses. */
const SHOWN_CHARACTERS = 300;

/** An OpenTelemetry collector's trace endpoint, over OTLP/HTTP with JSON. */
export class OtlpCollector {
  /** Where it is, without anything that may be secret. */
  readonly shown: string;
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeout_ms: number;

  /** `endpoint` is the collector's base, to which `/v1/traces` is added; credentials in it become Basic ones. */
  constructor(endpoint: string, options: { readonly timeout_ms: number }) {
    const url = new URL(endpoint);
    const { username, password } = url;
    // Fetch refuses URLs that hold credentials.
    url.username = "";
    url.password = "";
    url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/traces`;
    const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
    this.#url = url;
    this.shown = `${url.origin}${url.pathname}`;
    this.#headers = {
      "content-type": "application/json",
      ...(username !== "" && { authorization: `Basic ${basic.toString("base64")}` }),
    };
    this.#timeout_ms = options.timeout_ms;
  }

  /**
   * Sends one request and returns how many spans the collector rejected from it. Throws TransientError when
   * the same request may be accepted later, TerminalError when not.
   */
  async post(body: object, signal: AbortSignal): Promise<number> {
    const { status, retry_after, text } = await this.#exchange(JSON.stringify(body), signal);
    if (status >= 200 && status < 300) return rejectedSpans(text);
    const message = `the collector answered ${status}: ${text.slice(0, SHOWN_CHARACTERS)}`;
    if (!RETRYABLE.has(status)) throw new TerminalError("collector_refused", message);
    throw new TransientError("collector_unavailable", message, secondsOf(retry_after));
  }

  async #exchange(body: string, signal: AbortSignal) {
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: this.#headers,
        body,
        // A redirected POST would arrive as a GET without its body.
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeout_ms)]),
      });
      const { status, headers } = response;
      return { status, retry_after: headers.get("retry-after"), text: await response.text() };
    } catch (cause) {
      throw new TransientError("collector_unreachable", "the collector could not be reached", { cause });
    }
  }
}

/** From ExportTraceServiceResponse; what is not one rejects nothing. */
function rejectedSpans(text: string): number {
  try {
    const { partialSuccess } = JSON.parse(text) as { partialSuccess?: { rejectedSpans?: string | number } };
    const rejected = Number(partialSuccess?.rejectedSpans ?? 0);
    return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}

/** Retry-After in its form of seconds; a date is as good as none. */
function secondsOf(retry_after: string | null): { readonly retry_after_seconds?: number } {
  return retry_after !== null && /^\d+$/.test(retry_after)
    ? { retry_after_seconds: Number(retry_after) }
    : {};
}
