#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASONS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASONS_H_

// Why an item is recommended to a customer, in words.
//
//   SIMILAR_TO_PURCHASE   of the items they bought that are alike (ServingView::AreAlike), the one
//                         that raised the score most is named: without it the score were lower, by
//                         at least kMinContribution of what all that raised it gave together
//   SIMILAR_TO_VIEW       the same for customers who bought nothing yet
//   CHOSEN_WITH_PURCHASE  the item they bought that raised the score most, where it is not alike:
//                         customers with the one have the other
//   CHOSEN_NEXT           the item that raised the score by sequence most, where it is not alike:
//                         what went before is all that is said, not that many went on so
//   SHARED_BRAND, SHARED_ATTRIBUTE
//                         the brand, or the text of an attribute, that this item shares with two
//                         items or more of those that raised the score, and with less than half of
//                         the catalog
//   FAVORITE_CATEGORY     of the category that holds most of their preference
//   POPULAR               among the 10% most popular items
//   EXPLORE               none of these
//
// Strongest first: by the share of what raised the score, by half the share of those that
// have the trait, less its share of the catalog, by half the category's share of the preference (an
// item that is named says more), and by half the item's share of the greatest
// popularity.
//
// How much an item raised a score is what the score loses when that item alone is taken out of the
// customer's history (FoldInSolution::Influence). Items that are compared are at most kMaxAnchors,
// those that the customer prefers most (the first by id among equals): a comparison costs as much
// as a score. Of what came by sequence it is what its score loses without the item in the sequence
// (SequenceInfluence), among the latest items.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/recommend-service/core/explanations/reason_texts.h"
#include "services/recommend-service/core/ranking/fold_in.h"
#include "services/recommend-service/core/ranking/recommendation.h"
#include "services/recommend-service/core/ranking/resolved_history.h"
#include "services/recommend-service/core/ranking/sequence_state.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

inline constexpr std::size_t kMaxAnchors = 200;
inline constexpr double kMinContribution = 0.05;

// What reasons are found for: an item, or what several have in common.
struct ReasonSubject {
  absl::Span<const float> factors = {};  // in the model; empty: there are none
  std::int32_t own_row = -1;             // of the item itself, which does not explain itself
  std::function<bool(const CatalogEntry&)> is_alike = {};
  const CatalogItem* item = nullptr;  // the item itself; null where there are several
  absl::string_view category = {};    // empty: none
  double popularity = 0;
};

// What an item of the customer's history gave to a score: what the score loses without it.
struct ItemContribution {
  const CatalogEntry* entry = nullptr;
  double amount = 0;
};

// What explains the recommendations of one customer; made once for a request.
class ReasonFinder {
 public:
  // Borrowed: all outlive the finder. `solution` is what the history says in the view's model, null
  // where it says nothing. `language`: see ReasonTexts.
  ReasonFinder(const ServingView& view, const ResolvedHistory& history,
               const FoldInSolution* solution, absl::string_view language);
  // What came by sequence too; borrowed.
  void Explain(const SequenceInfluence& influence);

  // `entry` is of the view's catalog, `slot` its slot of the view or -1.
  std::vector<Reason> Find(const CatalogEntry& entry, std::int32_t slot) const;
  std::vector<Reason> Find(const ReasonSubject& subject) const;
  // The same of an item that came by sequence, of which the model has the row `row`.
  std::vector<Reason> FindNext(const CatalogEntry& entry, std::int32_t slot,
                               std::int32_t row) const;

 private:
  struct Anchor {
    double preference = 0;
    std::int32_t row = 0;
    const CatalogEntry* entry = nullptr;
    std::vector<double> solved;  // A^-1 f, see FoldInSolution
    double influence = 0;
  };
  // What an item gave to a score.
  struct Contribution {
    const CatalogEntry* entry = nullptr;
    bool is_purchase = false;
    double share = 0;  // of all that raised it
  };
  // An item of the sequence; in the order of SequenceInfluence::rows().
  struct Step {
    const CatalogEntry* entry = nullptr;  // null: it is no longer in the catalog
    bool is_purchase = false;
  };

  ReasonSubject SubjectOf(const CatalogEntry& entry, std::int32_t slot) const;
  // Those that raised the subject's score, greatest first.
  std::vector<Contribution> ContributionsTo(const ReasonSubject& subject) const;
  std::vector<Contribution> ContributionsToNext(std::int32_t row) const;
  // Amounts, all above 0, as shares of their sum, greatest first.
  static std::vector<Contribution> SharesOf(std::vector<Contribution> amounts);
  // `by_sequence`: whether the contributions are to what comes next.
  std::vector<Reason> FindBy(const ReasonSubject& subject,
                             const std::vector<Contribution>& contributions,
                             bool by_sequence) const;
  // The reason by the strongest trait, with its strength; nullopt where none is strong.
  std::optional<std::pair<double, Reason>> ByTrait(
      const CatalogItem& item, const std::vector<Contribution>& contributions) const;

  const ServingView& view_;
  const ResolvedHistory& history_;
  const ReasonTexts& texts_;
  const SequenceInfluence* influence_ = nullptr;
  std::vector<Step> steps_;
  // Items bought, or else those they showed interest in.
  std::vector<Anchor> anchors_;
  bool anchors_are_purchases_ = false;
  std::string favorite_category_;
  double favorite_share_ = 0;
};

// What the items of a history gave to the score of an item with these factors, the kMaxAnchors
// greatest by amount first, equal ones by id: all that are in the catalog, whether they raised or
// lowered it. `slot` is the item's own of the view.
std::vector<ItemContribution> ContributionsOf(const ServingView& view,
                                              const ResolvedHistory& history,
                                              const FoldInSolution& solution, std::int32_t slot);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASONS_H_
