#include "services/recommend-service/core/explanations/reason_texts.h"

#include "absl/strings/substitute.h"

#include "common/text/language.h"

namespace clientele::recommend {
namespace {

constexpr ReasonTexts kEnglish({
    .similar_to_purchase = "Similar to \"$0\", which you bought",
    .similar_to_view = "Similar to \"$0\", which you looked at",
    .chosen_with_purchase = "Often chosen by customers who bought \"$0\"",
    .chosen_next = "Suggested by \"$0\", which you chose before",
    .favorite_category = "From $0, your favorite category",
    .popular = "Popular with other customers",
    .seen_by_others = "Bought or viewed by other customers",
    .explore = "Something new to discover",
    .chosen_together = "Chosen by the same customers",
    .same_category = "Also in $0",
    .similar_text = "With a similar description",
    .shared_brand = "Also by $0",
    .shared_attribute = "With the same $1: $0",
    .chosen_brand = "By $0, like other things you chose",
    .chosen_attribute = "With the $1 of other things you chose: $0",
});
constexpr ReasonTexts kChinese({
    .similar_to_purchase = "与您购买过的“$0”相似",
    .similar_to_view = "与您浏览过的“$0”相似",
    .chosen_with_purchase = "购买过“$0”的顾客也常选择",
    .chosen_next = "根据您之前选择的“$0”推荐",
    .favorite_category = "来自您最喜欢的类别“$0”",
    .popular = "深受其他顾客欢迎",
    .seen_by_others = "其他顾客购买或浏览过",
    .explore = "为您发现的新商品",
    .chosen_together = "常被同一批顾客选择",
    .same_category = "同属类别“$0”",
    .similar_text = "描述相近",
    .shared_brand = "同为品牌“$0”",
    .shared_attribute = "$1相同：$0",
    .chosen_brand = "来自您选择过的品牌“$0”",
    .chosen_attribute = "与您选择过的商品$1相同：$0",
});

}  // namespace

const ReasonTexts& ReasonTexts::For(absl::string_view language) {
  return text::IsChinese(language) ? kChinese : kEnglish;
}

std::string ReasonTexts::SimilarToPurchase(absl::string_view title) const {
  return absl::Substitute(patterns_.similar_to_purchase, title);
}
std::string ReasonTexts::SimilarToView(absl::string_view title) const {
  return absl::Substitute(patterns_.similar_to_view, title);
}
std::string ReasonTexts::ChosenWithPurchase(absl::string_view title) const {
  return absl::Substitute(patterns_.chosen_with_purchase, title);
}
std::string ReasonTexts::ChosenNext(absl::string_view title) const {
  return absl::Substitute(patterns_.chosen_next, title);
}
std::string ReasonTexts::FavoriteCategory(absl::string_view category) const {
  return absl::Substitute(patterns_.favorite_category, category);
}
std::string ReasonTexts::Popular() const { return patterns_.popular; }
std::string ReasonTexts::SeenByOthers() const { return patterns_.seen_by_others; }
std::string ReasonTexts::Explore() const { return patterns_.explore; }
std::string ReasonTexts::ChosenTogether() const { return patterns_.chosen_together; }
std::string ReasonTexts::SameCategory(absl::string_view category) const {
  return absl::Substitute(patterns_.same_category, category);
}
std::string ReasonTexts::SimilarText() const { return patterns_.similar_text; }
std::string ReasonTexts::SharedTrait(absl::string_view attribute, absl::string_view value) const {
  return attribute.empty() ? absl::Substitute(patterns_.shared_brand, value)
                           : absl::Substitute(patterns_.shared_attribute, value, attribute);
}
std::string ReasonTexts::ChosenTrait(absl::string_view attribute, absl::string_view value) const {
  return attribute.empty() ? absl::Substitute(patterns_.chosen_brand, value)
                           : absl::Substitute(patterns_.chosen_attribute, value, attribute);
}

}  // namespace clientele::recommend
