#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RECOMMENDATION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RECOMMENDATION_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/recommend-service/core/explanations/explanation.h"
#include "services/recommend-service/core/items/item_filter.h"
#include "services/recommend-service/core/ranking/score_inputs.h"

namespace clientele::recommend {

inline constexpr int kDefaultResults = 10;
inline constexpr int kMaxResults = 100;
inline constexpr int kMaxCategories = 100;
inline constexpr int kMaxSessionItems = 200;
inline constexpr int kMaxCandidates = 1000;
inline constexpr std::size_t kMaxLanguageBytes = 35;

// How a customer's scores are made. The numbers are stored with experiments: never change them.
enum class Method {
  // Hybrid while a ranker serves; else with the trained factors where they are current, else folded
  // in, else by what comes next in the order of their items, else by popularity. Of an anonymous
  // session what comes next is before what is folded in.
  kBest = 0,
  kPopular = 1,   // by popularity, whatever is known
  kFoldIn = 2,    // folded in, also where the training has factors
  kHybrid = 3,    // by several sources and the ranker, or rank fusion while none serves
  kSequence = 4,  // by what comes next in the order of their items, else by popularity
};

struct RecommendQuery {
  std::string customer_id;                   // empty: an anonymous session
  int max_results = kDefaultResults;         // 1 to 100
  std::vector<std::string> categories = {};  // with those within them; empty: all
  bool include_purchased = false;
  std::string language = {};  // of the reasons, a BCP 47 tag; see ReasonTexts
  Method method = Method::kBest;
  ItemFilter filter = {};
  std::vector<std::string> excluded_categories = {};  // with those within them
  // Of the hybrid: 0 to 1, see diversity.h; nullopt: as configured.
  std::optional<double> diversity_lambda = {};
  bool wants_trace = false;
  bool wants_inputs = false;  // of the models, see RecommendationList
  // Of an anonymous session alone, which has at least one: what it touched, the earliest first. Of
  // repeated ones the first counts.
  std::vector<std::string> session_items = {};
};

// A caller's own candidates, to be put in order for a customer.
struct RankQuery {
  std::string customer_id;
  std::vector<std::string> item_ids;  // 1 to 1000
  std::string language = {};          // see RecommendQuery
};

// Why one item has its score for a customer.
struct ExplainQuery {
  std::string customer_id;
  std::string item_id;
  std::string language = {};  // see RecommendQuery
};

// How recommendations were found. The numbers are stored with predictions: never change them.
enum class Strategy {
  kFactorization,  // with the customer's trained factors
  kFoldIn,         // with factors folded in from their interactions
  kPopular,        // by popularity
  kHybrid,         // by several sources, ranked together
  kSequence,       // by what comes next in the order of their items
};

// How long a stage of the hybrid, or of the sequence, took, and how many items it left.
struct TraceStage {
  std::string name;  // "candidates/ease", "pool", "ranking", ...
  absl::Duration time;
  std::size_t items = 0;
};

// Why a list is not personal, or empty.
enum class Fallback {
  kNone,             // it is personal
  kNoModel,          // none is trained, or none serves
  kUnknownCustomer,  // they have no interaction with any item
  kTooFewEvents,     // none of their interactions is with an item that the model knows
  kFilteredOut,      // nothing passed the filters
  kNoConsent,        // the customer did not consent to recommendations by their history
};

// Codes of reasons; callers may depend on them.
namespace reason_code {
inline constexpr char kSimilarToPurchase[] = "SIMILAR_TO_PURCHASE";
inline constexpr char kSimilarToView[] = "SIMILAR_TO_VIEW";
inline constexpr char kChosenWithPurchase[] = "CHOSEN_WITH_PURCHASE";
inline constexpr char kChosenNext[] = "CHOSEN_NEXT";
inline constexpr char kFavoriteCategory[] = "FAVORITE_CATEGORY";
inline constexpr char kPopular[] = "POPULAR";
inline constexpr char kExplore[] = "EXPLORE";
inline constexpr char kChosenTogether[] = "CHOSEN_TOGETHER";
inline constexpr char kSameCategory[] = "SAME_CATEGORY";
inline constexpr char kSimilarText[] = "SIMILAR_TEXT";
inline constexpr char kSharedBrand[] = "SHARED_BRAND";
inline constexpr char kSharedAttribute[] = "SHARED_ATTRIBUTE";
}  // namespace reason_code

// Why an item is recommended.
struct Reason {
  std::string code;
  std::string text;     // for people, in the query's language
  std::string item_id;  // that the reason speaks of, or empty
};

struct Recommendation {
  std::string item_id;
  std::string title;
  std::string category;
  double score = 0;
  std::vector<Explanation> explanations;  // one for each model that took part, at least one
  std::vector<Reason> reasons;            // strongest first, at least one
};

struct RecommendationList {
  // Best first, equal scores by item id; where diversity was wanted, in its order.
  std::vector<Recommendation> recommendations;
  Strategy strategy = Strategy::kPopular;
  Fallback fallback = Fallback::kNone;
  std::vector<std::string> models;     // "name/version"
  std::vector<TraceStage> trace = {};  // of the hybrid and the sequence, where it was wanted
  // What the models were given, where it was wanted. Null also where the customer's history may not
  // be used.
  std::shared_ptr<const ScoreInputs> inputs = {};
  std::string prediction_id = {};  // that it was recorded as, see predictions.h; empty: it was not
};

// What an item of the customer's history gave to a score.
struct Contribution {
  std::string item_id;
  std::string title;
  double amount = 0;  // what the score would lose without it
};

// Why an item is left out of recommendations.
enum class Exclusion { kBought, kDismissed, kNotAvailable };

struct RecommendationExplanation {
  Recommendation recommendation;
  Strategy strategy = Strategy::kPopular;
  Fallback fallback = Fallback::kNone;
  std::vector<std::string> models;          // "name/version"
  std::vector<Contribution> contributions;  // greatest amount first, at most 200
  std::vector<Exclusion> exclusions;
};

struct RankedCandidates {
  RecommendationList list;               // of the candidates that there are, unavailable ones too
  std::vector<std::string> missing_ids;  // in the order of the query
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RECOMMENDATION_H_
