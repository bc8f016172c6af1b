import { Tag, Typography } from "antd";
import { Instant } from "./Instant.tsx";
import { useSay } from "./language.tsx";
import { PlainTable } from "./PlainTable.tsx";
import { voucherWord, type Redemption } from "./redemption.ts";

/** The vouchers of a redemption: code, state, until when. */
export function Vouchers({ vouchers }: { vouchers: Redemption["vouchers"] }) {
  const say = useSay();
  return (
    <PlainTable
      caption={say("券码", "Vouchers")}
      columns={[{ label: say("券码", "Code") }, { label: say("状态", "State") }, { label: say("有效至", "Until") }]}
      rows={vouchers.map((voucher) => {
        const { text, color } = voucherWord(voucher.state, say);
        return [
          <Typography.Text key="code" code copyable className="nowrap">
            {voucher.code}
          </Typography.Text>,
          <Tag key="state" color={color}>
            {text}
          </Tag>,
          <Instant key="until" at={voucher.expires_at} />,
        ];
      })}
    />
  );
}
