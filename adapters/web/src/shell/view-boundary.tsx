import { Component, type ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";

interface ViewBoundaryProps {
  /** Going elsewhere is another try. */
  readonly path: string;
  readonly children: ReactNode;
}

interface ViewBoundaryState {
  readonly error: Error | null;
  /** Where it broke. */
  readonly path: string;
}

/** Keeps the rest of the page when a view could not be loaded, or broke. */
export class ViewBoundary extends Component<ViewBoundaryProps, ViewBoundaryState> {
  override state: ViewBoundaryState = { error: null, path: this.props.path };

  static getDerivedStateFromError(error: Error): Partial<ViewBoundaryState> {
    return { error };
  }

  static getDerivedStateFromProps({ path }: ViewBoundaryProps, state: ViewBoundaryState) {
    return path === state.path ? null : { error: null, path };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <section className="page" aria-label="Problem">
        <Notice tone="bad" title="This view cannot be shown">
          <p>{error.message}</p>
          <Button onClick={() => window.location.reload()}>Load the page again</Button>
        </Notice>
      </section>
    );
  }
}
