/**
 * The one ambient type the domain knows: ports take an AbortSignal to say "you may be interrupted". The rest of
 * the project compiles against Node's own declaration, which has at least these members.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
}
