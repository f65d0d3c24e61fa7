import { type ReactNode, useEffect } from "react";
import "./page.css";

interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A view that scrolls as a whole: its title, and what it shows. */
export function Page({ title, aside, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Baton`;
  }, [title]);
  return (
    <section className="page" aria-label={title}>
      <div className="page-head">
        <h1 className="page-title">{title}</h1>
        {aside}
      </div>
      {children}
    </section>
  );
}
