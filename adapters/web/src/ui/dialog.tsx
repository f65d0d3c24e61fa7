import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";
import "./dialog.css";

interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly description?: ReactNode;
  /** Without it the dialog cannot be left but by what is in it. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

/** A modal dialog: focus goes in, stays in, and returns. */
export function Dialog({ open, title, description, onClose, children }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(opens) => opens || onClose?.()} disablePointerDismissal={!onClose}>
      <Base.Portal>
        <Base.Backdrop className="dialog-backdrop" />
        <Base.Popup className="dialog">
          <div className="dialog-head">
            <Base.Title className="dialog-title">{title}</Base.Title>
            {onClose && (
              <Base.Close render={<IconButton label="Close" />}>
                <X />
              </Base.Close>
            )}
          </div>
          {description && <Base.Description className="dialog-description">{description}</Base.Description>}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
