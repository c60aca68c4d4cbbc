#include "services/profile-service/core/cards/report_texts.h"

#include "common/text/language.h"

namespace clientele::profile {
namespace {

constexpr ReportTexts kEnglishReport = {
    .segment = "Segment $0",
    .rule = "Rule",
    .members = "Members",
    .change_since = "Change since $0",
    .nobody = "Nobody belongs to it.",
    .size_over_time = "Size over time",
    .size_on = "$0 on $1",
    .size_said = "$0 to $1 members from $2 to $3.",
    .interests = "Interests: average share of a customer",
    .activity = "Customers who were active in a month",
    .active_members = "Members",
    .buying_members = "Members who bought",
    .everybody = "All customers",
    .month_said = "$0: members $1, members who bought $2, all customers $3.",
    .nothing_known = "Nothing is known of what they are interested in.",
    .looked_at =
        "Interests and activity are of $0 of $1 members, and of $2 customers drawn from "
        "all who may be profiled; as of $3.",
};
constexpr ReportTexts kChineseReport = {
    .segment = "客群 $0",
    .rule = "规则",
    .members = "成员人数",
    .change_since = "自 $0 以来的变化",
    .nobody = "目前没有成员。",
    .size_over_time = "人数变化",
    .size_on = "$1：$0",
    .size_said = "$2 至 $3 期间为 $0 至 $1 人。",
    .interests = "兴趣：每位客户的平均占比",
    .activity = "当月活跃的客户",
    .active_members = "成员",
    .buying_members = "有购买的成员",
    .everybody = "全体客户",
    .month_said = "$0：成员 $1、有购买的成员 $2、全体客户 $3。",
    .nothing_known = "尚不了解他们的兴趣。",
    .looked_at =
        "兴趣与活跃度取自 $1 名成员中的 $0 名，并与从全体可做画像的客户中抽取的 $2 "
        "名比较；截至 $3。",
};

}  // namespace

const ReportTexts& ReportTexts::For(absl::string_view language) {
  return text::IsChinese(language) ? kChineseReport : kEnglishReport;
}

}  // namespace clientele::profile
