import { QueryClientProvider } from "@tanstack/react-query";
import { queries } from "../shared/api.ts";
import { Gate } from "./Gate.tsx";

/** The member app. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Gate />
    </QueryClientProvider>
  );
}
