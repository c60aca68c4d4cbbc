#include "services/qa-service/core/handovers/complaint_topic.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

#include "common/text/han_folding.h"
#include "common/text/normalization.h"
#include "common/text/segmentation.h"

namespace clientele::qa {
namespace {

// Phrases with a comma between them. An English one stands between words; of one that ends in '*'
// any word may follow its letters.
struct TopicWords {
  ComplaintTopic topic;
  absl::string_view english;
  absl::string_view chinese;
};

constexpr TopicWords kTopics[] = {
    {ComplaintTopic::kDelivery,
     "deliver*,ship*,parcel*,package*,courier*,arriv*,tracking,in transit,late,lost,carrier*",
     "快递,物流,配送,发货,送货,包裹,没收到,未收到,丢件,送达,运输,没到,迟到"},
    {ComplaintTopic::kPayment,
     "pay,paid,payment*,charge*,card,cards,invoice*,bill,billed,billing,checkout,overcharged,"
     "transaction*",
     "付款,支付,扣款,多扣,扣费,账单,发票,银行卡,刷卡,收费"},
    {ComplaintTopic::kRefund, "refund*,money back,reimburse*,give back my money,compensat*",
     "退款,退钱,赔偿,退还,赔付"},
    {ComplaintTopic::kQuality,
     "broken,damaged,defect*,faulty,quality,fake,wrong item,wrong size,does not work,"
     "doesn't work,not working,stopped working,torn,scratched,missing part*",
     "坏的,坏了,破损,质量,瑕疵,假货,次品,损坏,不能用,用不了,发错,少件"},
    {ComplaintTopic::kAccount,
     "account*,password*,log in,login,sign in,locked out,hacked,profile,e-mail address,username",
     "账号,账户,帐号,密码,登录,登不上,被盗,注册,个人信息"},
    {ComplaintTopic::kService,
     "rude,staff,employee*,attitude,ignored,nobody answers,no one answers,unhelpful,"
     "customer service,impolite,never answer*,hung up",
     "态度,服务差,没人理,不理,骂人,服务太差,敷衍,没有回复,不回复"}};

constexpr absl::string_view kComplaintsEnglish =
    "complain*,complaint*,unacceptable,terrible,awful,horrible,angry,furious,disappointed,"
    "ridiculous,scam,fraud,disgust*,still not,still no,still hasn't,still have not,still haven't,"
    "still has not,never arrived,never came,not arrived,hasn't arrived,haven't received,"
    "have not received,has not arrived,did not arrive,didn't arrive,not received,never received,"
    "broken,damaged,defect*,faulty,fake,does not work,doesn't work,not working,stopped working,"
    "charged twice,double charged,overcharged,wrong item,wrong size,lost my,"
    "is lost,was lost,got lost,rude,unhelpful,ignored,"
    "hacked,locked out,too late,worst,fed up,missing,nobody answers,no one answers,hung up";
constexpr absl::string_view kComplaintsChinese =
    "投诉,差评,太差,生气,气死,失望,骗子,欺骗,垃圾,坏的,坏了,破损,损坏,瑕疵,假货,次品,不能用,用不了,"
    "没收到,未收到,还没到,还没,一直没,丢件,多扣,重复扣,发错,少件,态度,没人理,不理,敷衍,不回复,被盗,"
    "登不上,不满,无法接受,忍无可忍";

// `words` is a space, the words of a message with a space between them, and a space.
int CountEnglish(const std::string& words, absl::string_view phrases) {
  int count = 0;
  for (absl::string_view phrase : absl::StrSplit(phrases, ',')) {
    const bool open = absl::EndsWith(phrase, "*");
    if (open) phrase.remove_suffix(1);
    count += absl::StrContains(words, absl::StrCat(" ", phrase, open ? "" : " ")) ? 1 : 0;
  }
  return count;
}

int CountChinese(const std::string& normal, absl::string_view phrases) {
  int count = 0;
  for (const absl::string_view phrase : absl::StrSplit(phrases, ',')) {
    count += absl::StrContains(normal, phrase) ? 1 : 0;
  }
  return count;
}

std::string SpacedWords(const std::string& normal) {
  std::string words = " ";
  for (const text::Segment& segment : text::Words(normal)) {
    absl::StrAppend(&words, text::TextOf(normal, segment), " ");
  }
  return words;
}

}  // namespace

std::optional<ComplaintTopic> ComplaintTopicOfName(absl::string_view name) {
  constexpr std::pair<absl::string_view, ComplaintTopic> kNames[] = {
      {"delivery", ComplaintTopic::kDelivery}, {"payment", ComplaintTopic::kPayment},
      {"refund", ComplaintTopic::kRefund},     {"quality", ComplaintTopic::kQuality},
      {"account", ComplaintTopic::kAccount},   {"service", ComplaintTopic::kService},
      {"other", ComplaintTopic::kOther}};
  for (const auto& [known, topic] : kNames) {
    if (known == name) return topic;
  }
  return std::nullopt;
}

ComplaintTopic TopicOf(absl::string_view message) {
  const std::string normal =
      absl::StrReplaceAll(text::Normalize(text::FoldHan(message)), {{"’", "'"}});
  const std::string words = SpacedWords(normal);
  if (CountEnglish(words, kComplaintsEnglish) + CountChinese(normal, kComplaintsChinese) == 0) {
    return ComplaintTopic::kNone;
  }
  ComplaintTopic best = ComplaintTopic::kOther;
  int most = 0;
  for (const TopicWords& topic : kTopics) {
    const int count = CountEnglish(words, topic.english) + CountChinese(normal, topic.chinese);
    if (count <= most) continue;
    most = count;
    best = topic.topic;
  }
  return best;
}

}  // namespace clientele::qa
