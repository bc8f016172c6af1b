import { CheckCircleFilled, CloseCircleFilled } from "@ant-design/icons";
import { Button, Tag } from "antd";
import { useEffect, useRef } from "react";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { usePlaces } from "../../shared/places.ts";
import type { Problem } from "../../shared/problem.ts";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { voucherWord } from "../../shared/redemption.ts";
import type { Voucher, VoucherUse } from "./api.ts";

/** The name of a shop, where the organization knows it. */
function useShopName(): (id: string) => string {
  const name = useName();
  const places = usePlaces().data?.data ?? [];
  return (id) => name(places.find((place) => place.id === id)?.name) || id;
}

/** What a code is good for. */
function Good({ good }: { good: Voucher["good"] }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  if ("cash" in good)
    return <>{say(`现金券 ${format.money(good.cash)}`, `Voucher worth ${format.money(good.cash)}`)}</>;
  return <>{name(good.name) || good.reward}</>;
}

interface FoundProps {
  voucher: Voucher;
  store: string;
  busy: boolean;
  use: () => void;
  next: () => void;
}

/** What a code is good for; where it still is, the button that uses it has the focus, so that Enter is enough. */
export function Found({ voucher, store, busy, use, next }: FoundProps) {
  const say = useSay();
  const shop = useShopName();
  const button = useRef<HTMLButtonElement>(null);
  const elsewhere = voucher.stores.length > 0 && !voucher.stores.includes(store);
  const good = voucher.state === "open" && !elsewhere && store !== "";
  useEffect(() => button.current?.focus(), [voucher]);
  const { text, color } = voucherWord(voucher.state, say);
  return (
    <section className="till-card" aria-label={say("券", "Voucher")}>
      <div className="till-name">
        <Good good={voucher.good} />
      </div>
      <div>
        <Tag color={color}>{text}</Tag> <code>{voucher.code}</code>
      </div>
      <p>
        {say("会员", "Member")} {voucher.member} · {say("有效至", "valid until")} <Instant at={voucher.expires_at} />
      </p>
      {voucher.state === "used" && voucher.used && (
        <p className="stop">
          <CloseCircleFilled /> {say("已核销：", "Used: ")}
          <Instant at={voucher.used.at} /> · {shop(voucher.used.store)} · {voucher.used.reference}
        </p>
      )}
      {voucher.state === "lapsed" && (
        <p className="stop">
          {"cash" in voucher.good
            ? say("已过期，不能再用。", "It has lapsed and cannot be used.")
            : say("已过期，积分已按规则退回。", "It has lapsed; points went back as the rules say.")}
        </p>
      )}
      {voucher.state === "void" && (
        <p className="stop">{say("兑换已取消，券码作废。", "The redemption was undone.")}</p>
      )}
      {elsewhere && (
        <p className="stop">
          {say("仅限门店：", "Only in: ")}
          {voucher.stores.map(shop).join(say("、", ", "))}
        </p>
      )}
      {store === "" && <p className="stop">{say("请先选择门店。", "Choose the shop first.")}</p>}
      <div className="till-buttons">
        {good && (
          <Button ref={button} type="primary" size="large" loading={busy} onClick={use}>
            {say("核销", "Use it")}
          </Button>
        )}
        <Button ref={good ? null : button} size="large" onClick={next}>
          {say("下一张", "Next one")}
        </Button>
      </div>
    </section>
  );
}

/** That it was used. */
export function Used({ use, next }: { use: VoucherUse; next: () => void }) {
  const say = useSay();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <section className="till-card done" aria-label={say("核销结果", "Result")}>
      <div className="till-name">
        <CheckCircleFilled /> {say("已核销", "Used")}
      </div>
      <p>
        <Good good={use.good} /> · {say("会员", "member")} {use.member} · <Instant at={use.used_at} />
      </p>
      <Button ref={button} type="primary" size="large" onClick={next}>
        {say("下一张", "Next one")}
      </Button>
    </section>
  );
}

/** Why a code is not taken; where and when, where it was used. */
export function Refused({ problem, retry }: { problem: Problem; retry: (() => void) | null }) {
  const say = useSay();
  const shop = useShopName();
  const { store, used_at } = problem.facts;
  if (problem.code === "unknown") {
    return (
      <section className="till-card refused" role="alert">
        <div className="till-name">{say("没有这个券码", "There is no such code")}</div>
        <p>{say("请核对后重新输入。", "Check it and type it again.")}</p>
      </section>
    );
  }
  if (problem.code === "voucher-not-valid" && typeof store === "string" && typeof used_at === "string") {
    return (
      <section className="till-card refused" role="alert">
        <div className="till-name">{say("这张券已经核销过", "It was used before")}</div>
        <p>
          <Instant at={used_at} /> · {shop(store)}
        </p>
      </section>
    );
  }
  return <ProblemView problem={problem} {...(retry && problem.code === "unreachable" ? { retry } : {})} />;
}
