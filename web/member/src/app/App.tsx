/** The member app. */
export function App() {
  return <main />;
}
