#include "services/recommend-service/core/ranking/recommender.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/drift/history_features.h"
#include "services/recommend-service/core/explanations/reasons.h"
#include "services/recommend-service/core/items/item.h"
#include "services/recommend-service/core/ranking/explained_list.h"
#include "services/recommend-service/core/ranking/item_selection.h"
#include "services/recommend-service/core/ranking/left_out.h"
#include "services/recommend-service/core/ranking/wanted_items.h"

namespace clientele::recommend {
namespace {

// Why the customer gets no scores of their own.
Fallback FallbackOf(const ServingView& view, const KnownCustomer& known) {
  if (known.is_withheld) return Fallback::kNoConsent;
  if (view.model == nullptr) return Fallback::kNoModel;
  return known.history->items.empty() ? Fallback::kUnknownCustomer : Fallback::kTooFewEvents;
}

void CheckLanguage(const std::string& language, FieldViolations& violations) {
  if (language.size() > kMaxLanguageBytes) {
    violations.Add("language_code",
                   absl::StrCat("must have at most ", kMaxLanguageBytes, " bytes"));
  }
}

void CheckMaxResults(int max_results, FieldViolations& violations) {
  if (max_results < 1 || max_results > kMaxResults) {
    violations.Add("max_results", absl::StrCat("must be 0 to ", kMaxResults));
  }
}

void CheckSession(const RecommendQuery& query, FieldViolations& violations) {
  if (!query.customer_id.empty()) {
    violations.Add("session_items",
                   "are of an anonymous session: leave them, or the customer, out");
  }
  if (query.session_items.size() > kMaxSessionItems) {
    violations.Add("session_items",
                   absl::StrCat("must have at most ", kMaxSessionItems, " entries"));
  }
}

absl::Status CheckQuery(const RecommendQuery& query) {
  FieldViolations violations;
  if (!query.session_items.empty()) {
    CheckSession(query, violations);
  } else if (!IsItemId(query.customer_id)) {
    violations.Add("customer",
                   "must be customers/{customer}, or empty where there are session_items");
  }
  CheckMaxResults(query.max_results, violations);
  if (query.categories.size() > kMaxCategories) {
    violations.Add("categories", absl::StrCat("must have at most ", kMaxCategories, " entries"));
  }
  if (query.excluded_categories.size() > kMaxCategories) {
    violations.Add("excluded_categories",
                   absl::StrCat("must have at most ", kMaxCategories, " entries"));
  }
  // Also false for NaN.
  const double lambda = query.diversity_lambda.value_or(1);
  if (!(lambda >= 0 && lambda <= 1)) violations.Add("diversity_lambda", "must be 0 to 1");
  CheckItemFilter(query.filter, "filter", violations);
  CheckLanguage(query.language, violations);
  return violations.ToStatus();
}

absl::Status CheckQuery(const RankQuery& query) {
  FieldViolations violations;
  if (!IsItemId(query.customer_id)) violations.Add("customer", "must be customers/{customer}");
  if (query.item_ids.empty() || query.item_ids.size() > kMaxCandidates) {
    violations.Add("items", absl::StrCat("must have 1 to ", kMaxCandidates, " entries"));
  }
  CheckLanguage(query.language, violations);
  return violations.ToStatus();
}

absl::Status CheckQuery(const ExplainQuery& query) {
  FieldViolations violations;
  if (!IsItemId(query.customer_id)) violations.Add("customer", "must be customers/{customer}");
  CheckLanguage(query.language, violations);
  return violations.ToStatus();
}

absl::Status CheckQuery(const SimilarItemsQuery& query) {
  FieldViolations violations;
  CheckMaxResults(query.max_results, violations);
  CheckItemFilter(query.filter, "filter", violations);
  CheckLanguage(query.language, violations);
  return violations.ToStatus();
}

// As if the items had just been looked at, one after the other.
std::vector<ItemHistory> SessionHistory(const std::vector<std::string>& item_ids, absl::Time now) {
  std::map<std::string, ItemHistory> by_id;
  absl::Time time = now - absl::Microseconds(item_ids.size());
  for (const std::string& id : item_ids) {
    time += absl::Microseconds(1);
    const auto [found, is_new] = by_id.try_emplace(id);
    ItemHistory& item = found->second;
    ++item.views;
    item.last_time = time;
    if (is_new) {
      item.item_id = id;
      item.first_time = time;
    }
  }
  std::vector<ItemHistory> history;
  history.reserve(by_id.size());
  for (auto& [id, item] : by_id) history.push_back(std::move(item));
  return history;
}

// Why nothing comes by sequence.
Fallback SequenceFallback(const ServingView& view, const KnownCustomer& known) {
  if (known.is_withheld) return Fallback::kNoConsent;
  if (view.sequence == nullptr) return Fallback::kNoModel;
  return known.history->items.empty() ? Fallback::kUnknownCustomer : Fallback::kTooFewEvents;
}

absl::Status ReadSequenceOf(Recommender::Personal& personal) {
  CLIENTELE_ASSIGN_OR_RETURN(
      personal.sequence,
      ReadSequence(personal.view->sequence, LatestItems(*personal.view, *personal.known.history)));
  return absl::OkStatus();
}

// By what comes next, where the model knows one of the items.
absl::Status PersonalizeBySequence(Recommender::Personal& personal, Method method) {
  CLIENTELE_RETURN_IF_ERROR(ReadSequenceOf(personal));
  if (personal.sequence.has_value()) {
    personal.customer = nullptr;
    personal.strategy = Strategy::kSequence;
    personal.fallback = Fallback::kNone;
  } else if (method == Method::kSequence) {
    personal.fallback = SequenceFallback(*personal.view, personal.known);
  }
  return absl::OkStatus();
}

// Adds what the sequence read, in so much time.
void TraceSequence(const Recommender::Personal& personal, absl::Duration time,
                   std::vector<TraceStage>& trace) {
  if (personal.view->sequence == nullptr) return;
  const std::optional<SequenceState>& read = personal.sequence;
  trace.push_back({"sequence", time, read.has_value() ? read->rows.size() : 0});
  const std::size_t unknown =
      read.has_value() ? read->unknown : personal.known.history->latest.size();
  trace.push_back({"sequence/unknown", absl::ZeroDuration(), unknown});
}

// Fills the rest in from view and known.
absl::Status Personalize(Recommender::Personal& personal, Method method = Method::kBest) {
  if (method == Method::kHybrid) method = Method::kBest;
  const ResolvedHistory& history = *personal.known.history;
  const ModelView* const model = personal.view->model.get();
  if (model != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(personal.solution, history.FoldedIn(model->fold_in));
  }
  if (method == Method::kPopular || method == Method::kSequence) return absl::OkStatus();
  const std::optional<CustomerFactors>& trained = personal.known.trained;
  if (method == Method::kBest && model != nullptr && trained.has_value() &&
      trained->factors.size() == static_cast<std::size_t>(model->model->dimension())) {
    personal.strategy = Strategy::kFactorization;
    personal.customer = &*trained;
  } else if (personal.solution != nullptr) {
    personal.strategy = Strategy::kFoldIn;
    personal.customer = &personal.solution->customer();
  } else {
    personal.fallback = FallbackOf(*personal.view, personal.known);
  }
  return absl::OkStatus();
}

// Of customers of whom nothing is known there is nothing to compare.
void ObserveHistory(const Recommender::Personal& personal, FeatureDrift& drift) {
  if (personal.view->model == nullptr || personal.known.history->items.empty()) return;
  const CollaborativeModel& model = *personal.view->model->model;
  drift.Observe(model.id(), [&] { return model.histograms(); },
                {HistoryRow(*personal.known.history, model)});
}

}  // namespace

absl::Status Recommender::Know(const RequestContext& context, const RecommendQuery& query,
                               Personal& personal) {
  if (query.session_items.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(personal.known,
                               histories_.Read(context, query.customer_id, personal.view->model));
  } else {
    const absl::Time now = clock_->Now();
    personal.known.history = std::make_shared<const ResolvedHistory>(
        personal.view->model.get(), SessionHistory(query.session_items, now), Dismissals(), now);
  }
  return Personalize(personal, query.method);
}

absl::StatusOr<RecommendationList> Recommender::Recommend(const RequestContext& context,
                                                          const RecommendQuery& query) {
  const absl::Time start = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  const bool is_session = !query.session_items.empty();
  Personal personal{.view = views_.Current(context)};
  CLIENTELE_RETURN_IF_ERROR(Know(context, query, personal));
  if (options_.drift != nullptr && !is_session) ObserveHistory(personal, *options_.drift);
  const absl::Time now = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(context.Check(now));
  const ServingView& view = *personal.view;
  const WantedItems wanted(view, query.categories, query.filter, now, query.excluded_categories);
  const LeftOut left_out(view, *personal.known.history,
                         {.include_purchased = query.include_purchased,
                          .repeats = &options_.repeats,
                          .leave_out_touched = is_session && !query.include_purchased},
                         now);
  const Choice choice{wanted,
                      left_out,
                      now,
                      {"history", clock_->Now() - start, personal.known.history->items.size()}};
  absl::StatusOr<RecommendationList> list = UsesHybrid(personal.customer, query.method)
                                                ? ByHybrid(context, query, choice, personal)
                                                : ByOneModel(query, choice, personal);
  if (list.ok() && !query.wants_trace) list->trace.clear();
  return list;
}

absl::StatusOr<RecommendationList> Recommender::ByHybrid(const RequestContext& context,
                                                         const RecommendQuery& query,
                                                         const Choice& choice, Personal& personal) {
  std::vector<TraceStage> trace = {choice.history};
  const absl::Time start = clock_->Now();
  if (HybridReadsSequence(query.customer_id)) {
    CLIENTELE_RETURN_IF_ERROR(ReadSequenceOf(personal));
    TraceSequence(personal, clock_->Now() - start, trace);
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      HybridSelection selection,
      SelectHybrid(
          context,
          {*personal.view, *personal.known.history, personal.customer, choice.wanted,
           choice.left_out, choice.now,
           personal.sequence.has_value() ? &*personal.sequence : nullptr},
          {.customer_id = query.customer_id,
           .count = static_cast<std::size_t>(query.max_results),
           .diversity_lambda = query.diversity_lambda.value_or(options_.hybrid.diversity_lambda),
           .wants_features = query.wants_inputs},
          options_.hybrid, options_.ranker, *clock_));
  const absl::Time selected = clock_->Now();
  std::shared_ptr<const ScoreInputs> inputs;
  if (query.wants_inputs) inputs = InputsOf(selection);
  CLIENTELE_ASSIGN_OR_RETURN(RecommendationList list,
                             ExplainedHybrid(personal, std::move(selection), query.language));
  list.trace.insert(list.trace.begin(), std::make_move_iterator(trace.begin()),
                    std::make_move_iterator(trace.end()));
  list.trace.push_back({"reasons", clock_->Now() - selected, list.recommendations.size()});
  list.inputs = std::move(inputs);
  return list;
}

absl::StatusOr<RecommendationList> Recommender::ByOneModel(const RecommendQuery& query,
                                                           const Choice& choice,
                                                           Personal& personal) {
  const ServingView& view = *personal.view;
  std::vector<TraceStage> trace = {choice.history};
  const absl::Time start = clock_->Now();
  const bool is_session = !query.session_items.empty();
  const bool wants_next = query.method == Method::kSequence ||
                          ((query.method == Method::kBest || query.method == Method::kHybrid) &&
                           (is_session || personal.customer == nullptr));
  if (wants_next) CLIENTELE_RETURN_IF_ERROR(PersonalizeBySequence(personal, query.method));
  std::vector<SelectedItem> selected;
  if (personal.strategy == Strategy::kSequence) {
    const absl::Time read = clock_->Now();
    TraceSequence(personal, read - start, trace);
    selected = SelectBySequence(view, choice.wanted, choice.left_out, *personal.sequence,
                                query.max_results);
    trace.push_back({"candidates/sequence", clock_->Now() - read, selected.size()});
  } else if (personal.customer != nullptr) {
    selected = SelectByFactors(view, choice.wanted, choice.left_out, *personal.customer,
                               query.max_results);
  } else {
    selected = SelectByPopularity(view, choice.wanted, choice.left_out, query.max_results);
  }
  const absl::Time explained = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(RecommendationList list,
                             Explained(personal, selected, query.language));
  if (personal.strategy == Strategy::kSequence) {
    list.trace = std::move(trace);
    list.trace.push_back({"reasons", clock_->Now() - explained, list.recommendations.size()});
  }
  if (query.wants_inputs && !personal.known.is_withheld) list.inputs = InputsOf(personal, selected);
  return list;
}

bool Recommender::HybridReadsSequence(absl::string_view customer_id) const {
  return options_.ranker == nullptr || !options_.ranker->stands() ||
         options_.ranker->ReadsSource("sequence", customer_id);
}

bool Recommender::UsesHybrid(const CustomerFactors* customer, Method method) const {
  if (customer == nullptr) return false;
  return method == Method::kHybrid ||
         (method == Method::kBest && options_.ranker != nullptr && options_.ranker->stands());
}

absl::StatusOr<RecommendationList> Recommender::Ordered(const RequestContext& context,
                                                        Personal& personal,
                                                        absl::string_view customer_id,
                                                        const std::vector<std::string>& item_ids,
                                                        absl::string_view language) {
  const ServingView& view = *personal.view;
  if (!UsesHybrid(personal.customer, Method::kBest)) {
    return Explained(personal, RankCandidates(view, item_ids, personal.customer), language);
  }
  const absl::Time now = clock_->Now();
  const ItemFilter everything;
  const WantedItems wanted(view, {}, everything, now);
  const LeftOut left_out(view, *personal.known.history, {false, &options_.repeats}, now);
  if (HybridReadsSequence(customer_id)) CLIENTELE_RETURN_IF_ERROR(ReadSequenceOf(personal));
  CLIENTELE_ASSIGN_OR_RETURN(
      HybridSelection selection,
      SelectHybrid(context,
                   {view, *personal.known.history, personal.customer, wanted, left_out, now,
                    personal.sequence.has_value() ? &*personal.sequence : nullptr},
                   {.customer_id = customer_id, .count = item_ids.size(), .only = &item_ids},
                   options_.hybrid, options_.ranker, *clock_));
  CLIENTELE_ASSIGN_OR_RETURN(RecommendationList list,
                             ExplainedHybrid(personal, std::move(selection), language));
  list.trace.clear();
  return list;
}

absl::StatusOr<RankedCandidates> Recommender::Rank(const RequestContext& context,
                                                   const RankQuery& query) {
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  Personal personal{.view = views_.Current(context)};
  CLIENTELE_ASSIGN_OR_RETURN(personal.known,
                             histories_.Read(context, query.customer_id, personal.view->model));
  CLIENTELE_RETURN_IF_ERROR(Personalize(personal));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  RankedCandidates ranked;
  CLIENTELE_ASSIGN_OR_RETURN(
      ranked.list, Ordered(context, personal, query.customer_id, query.item_ids, query.language));
  for (const std::string& id : query.item_ids) {
    if (personal.view->catalog->Find(id) == nullptr) ranked.missing_ids.push_back(id);
  }
  return ranked;
}

absl::StatusOr<RecommendationExplanation> Recommender::Explain(const RequestContext& context,
                                                               const ExplainQuery& query) {
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  Personal personal{.view = views_.Current(context)};
  const CatalogEntry* const entry = personal.view->catalog->Find(query.item_id);
  if (entry == nullptr) return NotFound(absl::StrCat("items/", query.item_id));
  CLIENTELE_ASSIGN_OR_RETURN(personal.known,
                             histories_.Read(context, query.customer_id, personal.view->model));
  CLIENTELE_RETURN_IF_ERROR(Personalize(personal));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  CLIENTELE_ASSIGN_OR_RETURN(RecommendationList list, Ordered(context, personal, query.customer_id,
                                                              {query.item_id}, query.language));
  RecommendationExplanation explanation;
  explanation.recommendation = std::move(list.recommendations.front());
  explanation.strategy = list.strategy;
  explanation.fallback = list.fallback;
  explanation.models = std::move(list.models);
  const ResolvedHistory& history = *personal.known.history;
  if (personal.customer != nullptr && personal.solution != nullptr) {
    for (const ItemContribution& one : ContributionsOf(*personal.view, history, *personal.solution,
                                                       personal.view->Slot(query.item_id))) {
      explanation.contributions.push_back(
          {one.entry->item->id, one.entry->item->title, one.amount});
    }
  }
  const ResolvedItem* const touched = history.Find(personal.view->model.get(), query.item_id);
  if (touched != nullptr && touched->bought) explanation.exclusions.push_back(Exclusion::kBought);
  if (touched != nullptr && touched->dismissed) {
    explanation.exclusions.push_back(Exclusion::kDismissed);
  }
  if (!entry->item->AvailableAt(clock_->Now()))
    explanation.exclusions.push_back(Exclusion::kNotAvailable);
  return explanation;
}

absl::StatusOr<SimilarItemsList> Recommender::SimilarItems(const RequestContext& context,
                                                           const SimilarItemsQuery& query) {
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  const std::shared_ptr<const ServingView> view = views_.Current(context);
  const CatalogEntry* const entry = view->catalog->Find(query.item_id);
  if (entry == nullptr) return NotFound(absl::StrCat("items/", query.item_id));
  const absl::Time now = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(context.Check(now));
  return FindSimilarItems(*view, *entry, query, now);
}

void Recommender::RefreshContent(const RequestContext& context) {
  const absl::Time start = clock_->Now();
  if (start < next_content_refresh_) return;
  views_.RefreshContent(context);
  const absl::Time end = clock_->Now();
  next_content_refresh_ = end + 9 * (end - start);
}

}  // namespace clientele::recommend
