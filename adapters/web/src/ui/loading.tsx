import "./loading.css";

/** Something is on its way. It shows after a moment only, so that what is quick does not flicker. */
export function Loading({ label }: { readonly label: string }) {
  return (
    <p className="loading" role="status">
      <span className="spinner" aria-hidden /> {label}…
    </p>
  );
}
