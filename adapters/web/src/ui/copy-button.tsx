import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button.tsx";

const SHOWN_MS = 1_500;

interface CopyButtonProps {
  readonly label: string;
  readonly text: () => string;
}

/** Copies a text, and says so for a moment. Missing where the browser allows no copying (plain HTTP elsewhere than on this machine). */
export function CopyButton({ label, text }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  if (navigator.clipboard === undefined) return null;
  const copy = () => navigator.clipboard.writeText(text()).then(() => setCopied(true));
  return (
    <IconButton label={copied ? "Copied" : label} onClick={() => void copy()}>
      {copied ? <Check /> : <Copy />}
    </IconButton>
  );
}
