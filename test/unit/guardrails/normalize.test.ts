import { describe, expect, it } from "vitest";
import { hiddenText, stripHidden } from "../../../domain/guardrails/hidden-characters.ts";
import { normalize } from "../../../domain/guardrails/normalize.ts";

describe("normalize", () => {
  it.each([
    ["Ｉｇｎｏｒｅ", "ignore"],
    ["𝓲𝓰𝓷𝓸𝓻𝓮", "ignore"],
    ["ⓘⓖⓝⓞⓡⓔ", "ignore"],
    ["🅘🅖🅝🅞🅡🅔", "ignore"],
    ["🅸🅶🅽🅾🆁🅴", "ignore"],
    ["іgnоrе", "ignore"],
    ["ιgηοrε", "ignore"],
    ["ɪɢɴᴏʀᴇ", "ignore"],
    ["ígnôrè", "ignore"],
    ["ig\u200bno\u2060re\ufeff", "ignore"],
    ["Don't", "dont"],
    ["don’t", "dont"],
    ["i g n o r e", "ignore"],
    ["a.l.l r.u.l.e.s", "all rules"],
    ["i g n o r e   a l l   r u l e s", "ignore all rules"],
  ])("%s reads %s", (text, read) => {
    expect(normalize(text)).toBe(read);
  });

  it.each(["a b c", "plan b is better than plan c", "x + y = z", "it is 5 p.m. now"])("leaves %s", (text) => {
    expect(normalize(text)).toBe(text);
  });
});

describe("stripHidden", () => {
  it.each(["plain text\twith\r\nbreaks", "Grüße, 你好, مرحبا", "❤️ and 👩‍💻", "می‌خواهم", "क्‍ष"])(
    "leaves %s",
    (text) => {
      expect(stripHidden(text)).toBe(text);
    },
  );

  it.each([
    ["zero-width space", "pass\u200bword"],
    ["joiner between Latin letters", "pass\u200dword"],
    ["bidirectional override", "pass\u202eword"],
    ["soft hyphen", "pass\u00adword"],
    ["byte order mark", "\ufeffpassword"],
    ["Hangul filler", "pass\u3164word"],
    ["control character", "pass\u0007word"],
    ["tag characters", "pass\u{e0041}\u{e0042}word"],
    ["variation selector supplement", "pass\u{e0101}word"],
  ])("removes a %s", (_, text) => {
    expect(stripHidden(text)).toBe("password");
  });

  it("is told what tag characters say", () => {
    expect(hiddenText("a\u{e0048}\u{e0069}b")).toBe("Hi");
  });
});
