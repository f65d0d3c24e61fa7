import type { ToolDescriptor } from "../../domain/tools/tool.ts";

const LONGEST = 64;

/**
 * Tool names as the API allows them (`[a-zA-Z0-9_-]{1,64}`), and the way back. MCP names may hold dots and
 * be longer, so several may come out the same; those get a number, in the order of the tools.
 */
export class ToolNames {
  readonly #to_wire = new Map<string, string>();
  readonly #from_wire = new Map<string, string>();

  constructor(tools: readonly Pick<ToolDescriptor, "name">[]) {
    // Names that are allowed as they are keep themselves, whatever the others come out as.
    const [allowed, others] = [tools.filter(isAllowed), tools.filter((tool) => !isAllowed(tool))];
    for (const { name } of [...allowed, ...others]) this.toWire(name);
  }

  /** Also takes names of tools that are not offered any more: earlier turns may have called them. */
  toWire(name: string): string {
    const known = this.#to_wire.get(name);
    if (known !== undefined) return known;
    const plain = name.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(0, LONGEST) || "tool";
    let wire = plain;
    for (let count = 2; this.#from_wire.has(wire); count += 1) {
      const suffix = `_${count}`;
      wire = plain.slice(0, LONGEST - suffix.length) + suffix;
    }
    this.#to_wire.set(name, wire);
    this.#from_wire.set(wire, name);
    return wire;
  }

  /** Whether a tool goes by that name on the wire. */
  gave(wire: string): boolean {
    return this.#from_wire.has(wire);
  }

  /**
   * A name that was never given out comes back as it is: the firewall will say that there is no such tool.
   * Some models put the namespace before a name in which they were shown it.
   */
  fromWire(wire: string): string {
    return this.#from_wire.get(wire) ?? this.#from_wire.get(wire.replace(/^functions\./, "")) ?? wire;
  }
}

function isAllowed({ name }: Pick<ToolDescriptor, "name">): boolean {
  return /^[a-zA-Z0-9_-]{1,64}$/.test(name);
}
