import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, IconButton } from "./button.tsx";

const SHOWN_MS = 1_500;

interface CopyButtonProps {
  /** What goes to the clipboard. */
  readonly text: () => string;
  /** What it does, for screen readers and as a tooltip. */
  readonly label: string;
  /** On the button; an icon alone when left out. */
  readonly words?: string;
}

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, label, words }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void write(text()).then(setCopied);
  const icon = copied ? <Check aria-hidden /> : <Copy aria-hidden />;
  if (words === undefined) {
    return (
      <IconButton label={copied ? "Copied" : label} onClick={copy}>
        {icon}
      </IconButton>
    );
  }
  return (
    <Button title={label} onClick={copy}>
      {icon} {copied ? "Copied" : words}
    </Button>
  );
}

/** False where the browser keeps its clipboard from the page: over plain HTTP from another machine. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text);
  }
}

function copiedByHand(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}
