#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASON_TEXTS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASON_TEXTS_H_

// Reasons in the words of a customer's language.
//
//   const ReasonTexts& texts = ReasonTexts::For("zh-CN");
//   texts.SimilarToPurchase("红色马克杯");   // 与您购买过的“红色马克杯”相似

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::recommend {

// Immutable and thread-safe.
class ReasonTexts {
 public:
  // By a BCP 47 language tag; English for "" and for languages that there are no texts in.
  static const ReasonTexts& For(absl::string_view language);

  std::string SimilarToPurchase(absl::string_view title) const;
  std::string SimilarToView(absl::string_view title) const;
  std::string ChosenWithPurchase(absl::string_view title) const;
  std::string ChosenNext(absl::string_view title) const;
  std::string FavoriteCategory(absl::string_view category) const;
  std::string Popular() const;
  std::string SeenByOthers() const;
  std::string Explore() const;
  // Of two items that are alike.
  std::string ChosenTogether() const;
  std::string SameCategory(absl::string_view category) const;
  std::string SimilarText() const;
  // Of a brand, where `attribute` is empty, or of an attribute's value.
  std::string SharedTrait(absl::string_view attribute, absl::string_view value) const;
  // The same of an item and what the customer chose.
  std::string ChosenTrait(absl::string_view attribute, absl::string_view value) const;

  // $0 is a title, a category, a brand or an attribute's value; $1 is the attribute.
  struct Patterns {
    const char* similar_to_purchase;
    const char* similar_to_view;
    const char* chosen_with_purchase;
    const char* chosen_next;
    const char* favorite_category;
    const char* popular;
    const char* seen_by_others;
    const char* explore;
    const char* chosen_together;
    const char* same_category;
    const char* similar_text;
    const char* shared_brand;
    const char* shared_attribute;
    const char* chosen_brand;
    const char* chosen_attribute;
  };
  explicit constexpr ReasonTexts(const Patterns& patterns) : patterns_(patterns) {}

 private:
  const Patterns patterns_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASON_TEXTS_H_
