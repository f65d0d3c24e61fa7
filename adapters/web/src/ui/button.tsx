import type { ComponentPropsWithRef } from "react";
import "./button.css";

interface ButtonProps extends ComponentPropsWithRef<"button"> {
  readonly variant?: "primary" | "plain" | "quiet" | "danger";
}

export function Button({ variant = "plain", className = "", type = "button", ...props }: ButtonProps) {
  return <button {...props} type={type} className={`button ${className}`} data-variant={variant} />;
}

interface IconButtonProps extends ComponentPropsWithRef<"button"> {
  /** What it does, for screen readers and as a tooltip. */
  readonly label: string;
}

export function IconButton({ label, className = "", type = "button", ...props }: IconButtonProps) {
  return (
    <button {...props} type={type} className={`icon-button ${className}`} aria-label={label} title={label} />
  );
}
