import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Rate, Tag } from "antd";
import { get } from "../../shared/http.ts";
import { useSay } from "../../shared/language.tsx";

const ABOUT: Record<string, [zh: string, en: string]> = {
  delivery: ["配送", "Delivery"],
  description: ["描述", "Description"],
  quality: ["质量", "Quality"],
  service: ["服务", "Service"],
  value: ["划算程度", "Value"],
};

/** What the member said of a redemption; nothing where they did not. */
export function RatingOf({ id }: { id: string }) {
  const say = useSay();
  const rating = useQuery({
    queryKey: ["redemptions", "rating", id],
    queryFn: () => get<components["schemas"]["Rating"]>(`/v1/redemptions/${encodeURIComponent(id)}/rating`),
  });
  const { stars, about = [] } = rating.data ?? {};
  if (stars == null) return null;
  return (
    <div>
      <span className="quiet">{say("会员评价", "The member's rating")}</span>{" "}
      <span role="img" aria-label={say(`${stars} 星`, `${stars} of 5 stars`)}>
        <Rate disabled value={stars} aria-hidden="true" />
      </span>{" "}
      {about.map((word) => (
        <Tag key={word}>{say(...(ABOUT[word] ?? [word, word]))}</Tag>
      ))}
    </div>
  );
}
