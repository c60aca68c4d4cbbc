#include "services/profile-service/core/cards/card_texts.h"

#include <array>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/text/language.h"

namespace clientele::profile {
namespace {

constexpr CardTexts kEnglishCard = {
    .profile_of = "Profile of $0",
    .customer = "Customer $0",
    .purchases = "Purchases",
    .net_spending = "Spent, less returns ($0)",
    .last_seen = "Last seen",
    .active_days = "Active days",
    .never = "never",
    .today = "today",
    .one_day_ago = "yesterday",
    .days_ago = "$0 days ago",
    .favorite_categories = "Favorite categories",
    .responses = "Campaigns and coupons",
    .campaigns_opened = "Campaigns opened",
    .campaigns_clicked = "Campaigns clicked",
    .coupons_redeemed = "Coupons redeemed",
    .count_of = "$0 of $1",
    .activity = "Activity in the last 12 months",
    .events = "Events",
    .channels = "Channels",
    .devices = "Devices",
    .nothing_known = "Nothing is known yet.",
    .not_profiled = "Not profiled: the customer has not consented to it.",
    .made_of = "Made of $0, as of $1",
    .behavior = "behavior",
    .text = "texts",
    .list_separator = ", ",
    .months_by_number = false,
};
constexpr CardTexts kChineseCard = {
    .profile_of = "$0的画像",
    .customer = "客户 $0",
    .purchases = "购买次数",
    .net_spending = "净消费（$0）",
    .last_seen = "最近活跃",
    .active_days = "活跃天数",
    .never = "从未",
    .today = "今天",
    .one_day_ago = "昨天",
    .days_ago = "$0 天前",
    .favorite_categories = "偏好类别",
    .responses = "营销活动与优惠券",
    .campaigns_opened = "打开的营销活动",
    .campaigns_clicked = "点击的营销活动",
    .coupons_redeemed = "使用的优惠券",
    .count_of = "$0 / $1",
    .activity = "最近 12 个月的活动",
    .events = "事件",
    .channels = "渠道",
    .devices = "设备",
    .nothing_known = "暂无信息。",
    .not_profiled = "未做画像：客户未同意。",
    .made_of = "依据$0，截至 $1",
    .behavior = "行为",
    .text = "文本",
    .list_separator = "、",
    .months_by_number = true,
};
constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

const CardTexts& CardTexts::For(absl::string_view language) {
  return text::IsChinese(language) ? kChineseCard : kEnglishCard;
}

std::string CardTexts::DaysAgo(double days) const {
  const auto whole = static_cast<long>(std::floor(days));
  if (whole <= 0) return today;
  return whole == 1 ? one_day_ago : absl::Substitute(days_ago, whole);
}

std::string CardTexts::Month(absl::CivilMonth month) const {
  if (months_by_number) return absl::StrCat(month.month(), "月");
  return kMonths[static_cast<std::size_t>(month.month() - 1)];
}

}  // namespace clientele::profile
