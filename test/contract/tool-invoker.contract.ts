import { describe, expect, it, vi } from "vitest";
import type { CallId, RunId } from "../../domain/ids.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { ToolInvoker } from "../../domain/ports/tool-invoker.ts";
import { OUTPUT_LIMIT_BYTES, utf8Bytes } from "../../domain/tools/limit-output.ts";
import { outputText } from "../../domain/tools/tool.ts";
import { ToolCallError } from "../../domain/tools/tool-call-error.ts";

/** An invoker that reaches the tools of `test/support/mcp/behaving-server.ts`. */
export interface InvokerUnderTest extends AsyncDisposable {
  readonly invoker: ToolInvoker;
}

/** What whoever executes tool calls relies on, however the tools are reached. */
export function toolInvokerContract(name: string, open: () => Promise<InvokerUnderTest>): void {
  describe(`ToolInvoker: ${name}`, () => {
    async function invoke(tool_name: string, args: JsonObject = {}, signal = AbortSignal.timeout(20_000)) {
      await using test = await open();
      const request = { run_id: "run-1" as RunId, call_id: "call-1" as CallId, tool_name, arguments: args };
      return await test.invoker.invoke(request, signal);
    }

    it("returns what the tool says", async () => {
      expect(await invoke("echo", { message: "hello" })).toEqual({
        content: [{ type: "text", text: "hello" }],
      });
    });

    it("returns structured content beside the text", async () => {
      expect(await invoke("structured")).toEqual({
        content: [{ type: "text", text: "21.5 degrees" }],
        structured: { celsius: 21.5 },
      });
    });

    it("refers to binary parts by type and size", async () => {
      expect((await invoke("many_parts")).content).toEqual([
        { type: "text", text: "a picture:" },
        { type: "image", mime_type: "image/png", bytes: 1000 },
        { type: "audio", mime_type: "audio/wav", bytes: 10 },
        { type: "resource", uri: "file:///report.pdf", mime_type: "application/pdf", bytes: 99 },
        { type: "resource", uri: "file:///a.txt", mime_type: "text/plain", text: "inside", bytes: 6 },
        { type: "resource", uri: "file:///b.bin", bytes: 7 },
      ]);
    });

    it("cuts an enormous output, and says so", async () => {
      const output = await invoke("enormous");
      expect(output.truncated).toBe(true);
      expect(utf8Bytes(outputText(output))).toBeLessThan(OUTPUT_LIMIT_BYTES + 100);
    });

    it.each([
      ["fails", "tool_error", /^the printer is on fire$/],
      ["rejects_arguments", "invalid_arguments", /message must be shorter/],
      ["breaks", "server_error", /the server tripped/],
      ["refuses_method", "protocol_error", /no such method/],
      ["malformed_answer", "protocol_error", /malformed/],
      ["breaks_its_schema", "protocol_error", /celsius must be a number, not a string/],
      ["nobody_has_this", "unavailable", /nobody_has_this/],
    ])("tells who failed: %s → %s", async (tool, code, message) => {
      const failure = await invoke(tool).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ToolCallError);
      expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    });

    it("stops at once when its time is over, and says so", async () => {
      await using test = await open();
      const request = {
        run_id: "run-1" as RunId,
        call_id: "call-1" as CallId,
        tool_name: "slow",
        arguments: {},
      };
      const failure = await test.invoker
        .invoke(request, AbortSignal.timeout(200))
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "timeout" });
    });

    it("stops at once when the call is cancelled, and keeps serving", async () => {
      await using test = await open();
      const request = {
        run_id: "run-1" as RunId,
        call_id: "call-1" as CallId,
        arguments: { message: "still here" },
      };
      const cancel = new AbortController();
      const call = test.invoker.invoke({ ...request, tool_name: "slow" }, cancel.signal);
      cancel.abort();
      await expect(call).rejects.toMatchObject({ code: "cancelled" });
      const next = await test.invoker.invoke({ ...request, tool_name: "echo" }, AbortSignal.timeout(20_000));
      expect(outputText(next)).toBe("still here");
    });

    it("does not start a call whose signal has aborted already", async () => {
      await expect(invoke("crashes", {}, AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
    });

    it("executes many calls at the same time, and gives each its own answer", async () => {
      await using test = await open();
      const answers = await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const message = `message ${i}`;
          const request = { run_id: "run-1" as RunId, call_id: `call-${i}` as CallId, tool_name: "echo" };
          const signal = AbortSignal.timeout(20_000);
          return [
            outputText(await test.invoker.invoke({ ...request, arguments: { message } }, signal)),
            message,
          ];
        }),
      );
      for (const [answer, message] of answers) expect(answer).toBe(message);
    });

    it("leaves no listener on a signal that outlives the call", async () => {
      await using test = await open();
      const { signal } = new AbortController();
      const removed = vi.spyOn(signal, "removeEventListener");
      const added = vi.spyOn(signal, "addEventListener");
      const request = {
        run_id: "run-1" as RunId,
        call_id: "call-1" as CallId,
        tool_name: "echo",
        arguments: {},
      };
      await test.invoker.invoke(request, signal);
      expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
    });
  });
}
