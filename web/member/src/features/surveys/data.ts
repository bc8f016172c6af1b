import { type components, data } from "@jifen/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, queries } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

type Schemas = components["schemas"];

/** Questions to members. */
export type Survey = Schemas["Survey"];

/** One of them. */
export type Question = Schemas["SurveyQuestion"];

/** What is said to a question: a step, an option or words, several options. */
export type Saying = Schemas["Saying"];

/** What the member is asked now. */
export function useSurveys() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["surveys", id],
    queryFn: async () => (await data(api.GET("/v1/members/{id}/surveys", { params: { path: { id } } }))).data,
    refetchOnWindowFocus: "always",
  });
}

/** Answers one, once. */
export function useAnswer(survey: string, key: string) {
  const { id } = useMe();
  return useMutation({
    mutationFn: (answers: Record<string, Saying>) => {
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      return data(api.POST("/v1/members/{id}/survey-answers", { params, body: { survey, answers } }));
    },
    // Also where no answer came. Answering may bring points.
    onSettled: () => {
      for (const about of ["surveys", "wallet", "entries", "tasks"]) {
        void queries.invalidateQueries({ queryKey: [about] });
      }
    },
  });
}
