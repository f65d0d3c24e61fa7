import { describe, expect, it } from "vitest";
import { RandomIds } from "../../../adapters/telemetry/random-ids.ts";

describe("ids", () => {
  const ids = new RandomIds();

  it("are UUIDs of version 7, each another, later ones not before earlier ones by the millisecond", () => {
    const made = Array.from({ length: 1000 }, () => ids.uuid());
    for (const id of made)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(made.length);
    const times = made.map((id) => id.slice(0, 13));
    expect(times).toEqual(times.toSorted());
  });

  it("are made together as one by one, in their order", () => {
    const made = Array.from({ length: 100 }, () => ids.uuids(50)).flat();
    for (const id of made)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(5000);
    const together = ids.uuids(3);
    expect(together).toEqual(together.toSorted());
    expect(ids.uuids(0)).toEqual([]);
  });

  it("digest text as its UTF-8 (FIPS 180-4's example, and one beyond ASCII)", () => {
    expect(ids.digest("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(ids.digest("é")).toBe("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
  });

  it("draw chances from [0, 1)", () => {
    const drawn = Array.from({ length: 1000 }, () => ids.random());
    expect(drawn.every((chance) => chance >= 0 && chance < 1)).toBe(true);
    expect(new Set(drawn).size).toBeGreaterThan(990);
  });
});
