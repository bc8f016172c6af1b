import { Alert, Modal } from "antd";
import { useActionKey } from "../../shared/key.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { changeReward, said, type Reward, type RewardDetail } from "./api.ts";

/** Takes a reward off the shelf for good, or brings it back: first what that means. */
export function Withdrawal({ reward, open, close }: { reward: RewardDetail; open: boolean; close: () => void }) {
  const say = useSay();
  const name = useName();
  const [key, nextKey] = useActionKey();
  const back = reward.retired;
  const { run, busy, problem, reset } = useChange<null, Reward>({
    act: async () => ({
      done: true,
      value: await changeReward(reward.id, { ...said(reward), retired: !back }, key),
    }),
    stale: [["rewards"]],
    done: back ? say("已重新上架", "It is offered again") : say("已下架", "It is withdrawn"),
    settled: () => {
      nextKey();
      close();
    },
  });
  return (
    <Modal
      open={open}
      title={
        back
          ? say(`重新上架“${name(reward.name)}”`, `Offer “${name(reward.name)}” again`)
          : say(`下架“${name(reward.name)}”`, `Withdraw “${name(reward.name)}”`)
      }
      okText={back ? say("重新上架", "Offer again") : say("下架", "Withdraw")}
      cancelText={say("取消", "Cancel")}
      okButtonProps={{ danger: !back, loading: busy }}
      onOk={() => run(null)}
      onCancel={() => {
        reset();
        close();
      }}
    >
      <Alert
        type={back ? "info" : "warning"}
        title={
          back
            ? say("会员马上可以兑换。", "Members can redeem it at once.")
            : say(
                `不再接受兑换，未成交的报价同时失效；已兑出的 ${reward.taken} 件不受影响。`,
                `It is redeemed no more, quotes that were not taken up included; the ${reward.taken} taken pieces stay good.`,
              )
        }
      />
      {problem && <ProblemView problem={problem} />}
    </Modal>
  );
}
