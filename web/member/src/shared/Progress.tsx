/** How far something is, as a bar that says so. */
export function Progress({ done, goal, label }: { done: number; goal: number; label: string }) {
  return <progress className="progress" max={Math.max(1, goal)} value={Math.min(done, goal)} aria-label={label} />;
}
