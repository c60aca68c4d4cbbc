#include "services/recommend-service/rpc/recommend_conversion.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

#include "common/rpc/event_kind.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/rpc/experiment_conversion.h"
#include "services/recommend-service/rpc/item_conversion.h"

namespace clientele::recommend {
namespace {

constexpr char kItemPattern[] = "items/{}";
constexpr char kBadItemName[] = "must be items/{item}";

v1::Explanation ToProto(const Explanation& explanation) {
  v1::Explanation proto;
  proto.set_model(explanation.model);
  if (const auto* factorization = std::get_if<FactorizationTerms>(&explanation.terms)) {
    v1::FactorizationTerms& terms = *proto.mutable_factorization();
    terms.set_global_mean(factorization->global_mean);
    terms.set_customer_bias(factorization->customer_bias);
    terms.set_item_bias(factorization->item_bias);
    terms.set_affinity(factorization->affinity);
    terms.set_estimated(factorization->is_estimated);
  } else if (const auto* popularity = std::get_if<PopularityTerms>(&explanation.terms)) {
    proto.mutable_popularity()->set_share(popularity->share);
  } else if (const auto* hybrid = std::get_if<HybridTerms>(&explanation.terms)) {
    for (const SourceTerm& term : hybrid->sources) {
      v1::SourceTerm& source = *proto.mutable_hybrid()->add_sources();
      source.set_source(term.source);
      source.set_score(term.score);
      source.set_rank(term.rank);
    }
  } else if (const auto* sequence = std::get_if<SequenceTerms>(&explanation.terms)) {
    v1::SequenceTerms& terms = *proto.mutable_sequence();
    terms.set_item_count(static_cast<std::int32_t>(sequence->items));
    terms.set_unknown_item_count(static_cast<std::int32_t>(sequence->unknown_items));
  }
  return proto;
}

// Of RecommendResponse and RankItemsResponse.
template <typename Response>
void FillList(const RecommendationList& list, Response& response) {
  for (const Recommendation& recommendation : list.recommendations) {
    *response.add_recommendations() = ToProto(recommendation);
  }
  response.set_strategy(ToProto(list.strategy));
  response.set_fallback_reason(ToProto(list.fallback));
  response.mutable_models()->Assign(list.models.begin(), list.models.end());
}

// Of names in a field.
absl::StatusOr<std::vector<std::string>> ItemIds(
    const google::protobuf::RepeatedPtrField<std::string>& names, absl::string_view field) {
  FieldViolations violations;
  std::vector<std::string> ids;
  ids.reserve(static_cast<std::size_t>(names.size()));
  for (int i = 0; i < names.size(); ++i) {
    auto id = rpc::ParseResourceName(kItemPattern, names[i], field);
    if (id.ok()) {
      ids.push_back(*std::move(id));
    } else {
      violations.Add(absl::StrCat(field, "[", i, "]"), kBadItemName);
    }
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  return ids;
}

}  // namespace

v1::Strategy ToProto(Strategy strategy) {
  switch (strategy) {
    case Strategy::kFactorization:
      return v1::STRATEGY_FACTORIZATION;
    case Strategy::kFoldIn:
      return v1::STRATEGY_FOLD_IN;
    case Strategy::kPopular:
      return v1::STRATEGY_POPULAR;
    case Strategy::kHybrid:
      return v1::STRATEGY_HYBRID;
    case Strategy::kSequence:
      return v1::STRATEGY_SEQUENCE;
  }
  return v1::STRATEGY_UNSPECIFIED;
}

v1::FallbackReason ToProto(Fallback fallback) {
  switch (fallback) {
    case Fallback::kNone:
      return v1::FALLBACK_REASON_UNSPECIFIED;
    case Fallback::kNoModel:
      return v1::FALLBACK_REASON_NO_MODEL;
    case Fallback::kUnknownCustomer:
      return v1::FALLBACK_REASON_UNKNOWN_CUSTOMER;
    case Fallback::kTooFewEvents:
      return v1::FALLBACK_REASON_TOO_FEW_EVENTS;
    case Fallback::kFilteredOut:
      return v1::FALLBACK_REASON_FILTERED_OUT;
    case Fallback::kNoConsent:
      return v1::FALLBACK_REASON_NO_CONSENT;
  }
  return v1::FALLBACK_REASON_UNSPECIFIED;
}

v1::Reason ToProto(const Reason& reason) {
  v1::Reason proto;
  proto.set_code(reason.code);
  proto.set_text(reason.text);
  if (!reason.item_id.empty()) {
    proto.set_item(rpc::FormatResourceName(kItemPattern, reason.item_id));
  }
  return proto;
}

v1::Recommendation ToProto(const Recommendation& recommendation) {
  v1::Recommendation proto;
  proto.set_item(rpc::FormatResourceName(kItemPattern, recommendation.item_id));
  proto.set_title(recommendation.title);
  proto.set_category(recommendation.category);
  proto.set_score(recommendation.score);
  for (const Explanation& explanation : recommendation.explanations) {
    *proto.add_explanations() = ToProto(explanation);
  }
  for (const Reason& reason : recommendation.reasons) *proto.add_reasons() = ToProto(reason);
  return proto;
}

absl::StatusOr<std::vector<std::string>> FromProto(const v1::BatchCheckItemsRequest& request) {
  return ItemIds(request.names(), "names");
}

absl::StatusOr<std::vector<AnonymousInteraction>> FromProto(
    const v1::BatchCreateAnonymousInteractionsRequest& request) {
  FieldViolations violations;
  std::vector<AnonymousInteraction> interactions;
  interactions.reserve(static_cast<std::size_t>(request.interactions_size()));
  for (int i = 0; i < request.interactions_size(); ++i) {
    const v1::AnonymousInteraction& proto = request.interactions(i);
    const std::string at = absl::StrCat("interactions[", i, "].");
    AnonymousInteraction interaction;
    auto item = rpc::ParseResourceName(kItemPattern, proto.item(), "item");
    if (item.ok()) {
      interaction.item_id = *std::move(item);
    } else {
      violations.Add(at + "item", kBadItemName);
    }
    interaction.type = InteractionTypeOf(rpc::ToEventKind(proto.type()));
    auto time = rpc::ToTime(proto.interaction_time(), "interaction_time");
    if (time.ok()) {
      interaction.interaction_time = *time;
    } else {
      violations.Add(at + "interaction_time", "must be after 1970 and at most one day ahead");
    }
    interaction.interaction_id = proto.interaction_id();
    interaction.quantity = proto.quantity();
    interactions.push_back(std::move(interaction));
  }
  CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
  return interactions;
}

absl::StatusOr<RecommendQuery> FromProto(const v1::RecommendRequest& request) {
  RecommendQuery query;
  CLIENTELE_ASSIGN_OR_RETURN(query.session_items,
                             ItemIds(request.session_items(), "session_items"));
  if (query.session_items.empty() || !request.customer().empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        query.customer_id, rpc::ParseResourceName("customers/{}", request.customer(), "customer"));
  }
  query.max_results = request.max_results() == 0 ? kDefaultResults : request.max_results();
  query.categories.assign(request.categories().begin(), request.categories().end());
  query.include_purchased = request.include_purchased();
  query.filter = FromProto(request.filter());
  query.excluded_categories.assign(request.excluded_categories().begin(),
                                   request.excluded_categories().end());
  const std::optional<Method> method = MethodOf(request.method());
  if (!method.has_value()) return InvalidField("method", "must be a way to recommend");
  query.method = *method;
  if (request.has_diversity_lambda()) query.diversity_lambda = request.diversity_lambda();
  query.wants_trace = request.include_trace();
  query.language = request.language_code();
  return query;
}

TrainingOptions FromProto(const v1::TrainModelRequest& request) {
  const v1::Hybrid& hybrid = request.hybrid();
  const v1::Factorization& factorization =
      request.has_hybrid() ? hybrid.factorization() : request.factorization();
  const v1::Sequence& sequence = request.has_hybrid() ? hybrid.sequence() : request.sequence();
  const int days = request.has_hybrid()     ? hybrid.held_out_days()
                   : request.has_sequence() ? sequence.held_out_days()
                                            : factorization.held_out_days();
  return {.factors = factorization.factors() == 0 ? kDefaultFactors : factorization.factors(),
          .epochs = factorization.epochs() == 0 ? kDefaultEpochs : factorization.epochs(),
          .seed = request.seed(),
          .hybrid = request.has_hybrid(),
          .sequence = request.has_hybrid() ? hybrid.has_sequence() : request.has_sequence(),
          .sequence_epochs = sequence.epochs() == 0 ? kDefaultSequenceEpochs : sequence.epochs(),
          .held_out_days = days == 0 ? kDefaultHeldOutDays : days,
          .publish_anyway = request.publish_anyway()};
}

absl::StatusOr<RankQuery> FromProto(const v1::RankItemsRequest& request) {
  RankQuery query;
  CLIENTELE_ASSIGN_OR_RETURN(
      query.customer_id, rpc::ParseResourceName("customers/{}", request.customer(), "customer"));
  CLIENTELE_ASSIGN_OR_RETURN(query.item_ids, ItemIds(request.items(), "items"));
  query.language = request.language_code();
  return query;
}

absl::StatusOr<SimilarItemsQuery> FromProto(const v1::SimilarItemsRequest& request) {
  SimilarItemsQuery query;
  CLIENTELE_ASSIGN_OR_RETURN(query.item_id,
                             rpc::ParseResourceName(kItemPattern, request.item(), "item"));
  query.max_results = request.max_results() == 0 ? kDefaultResults : request.max_results();
  query.language = request.language_code();
  query.filter = FromProto(request.filter());
  return query;
}

v1::RecommendResponse ToProto(const RecommendationList& list) {
  v1::RecommendResponse response;
  FillList(list, response);
  for (const TraceStage& stage : list.trace) {
    v1::TraceStage& proto = *response.add_trace();
    proto.set_stage(stage.name);
    *proto.mutable_duration() = rpc::ToProtoDuration(stage.time);
    proto.set_item_count(static_cast<std::int64_t>(stage.items));
  }
  return response;
}

v1::RankItemsResponse ToProto(const RankedCandidates& ranked) {
  v1::RankItemsResponse response;
  FillList(ranked.list, response);
  for (const std::string& id : ranked.missing_ids) {
    response.add_missing_items(rpc::FormatResourceName(kItemPattern, id));
  }
  return response;
}

v1::SimilarItemsResponse ToProto(const SimilarItemsList& list) {
  v1::SimilarItemsResponse response;
  for (const SimilarItem& similar : list.items) {
    v1::SimilarItem& proto = *response.add_similar_items();
    proto.set_item(rpc::FormatResourceName(kItemPattern, similar.item_id));
    proto.set_title(similar.title);
    proto.set_category(similar.category);
    proto.set_score(similar.score);
    proto.set_text_similarity(similar.text_similarity);
    proto.set_factor_similarity(similar.factor_similarity);
    for (const Reason& reason : similar.reasons) *proto.add_reasons() = ToProto(reason);
  }
  response.mutable_models()->Assign(list.models.begin(), list.models.end());
  return response;
}

v1::Publication::Outcome ToProto(PublicationOutcome outcome) {
  switch (outcome) {
    case PublicationOutcome::kNotWorse:
      return v1::Publication::OUTCOME_NOT_WORSE;
    case PublicationOutcome::kNothingServed:
      return v1::Publication::OUTCOME_NOTHING_SERVED;
    case PublicationOutcome::kNotComparable:
      return v1::Publication::OUTCOME_NOT_COMPARABLE;
    case PublicationOutcome::kPublishedAnyway:
      return v1::Publication::OUTCOME_PUBLISHED_ANYWAY;
    case PublicationOutcome::kKeptAside:
      return v1::Publication::OUTCOME_KEPT_ASIDE;
  }
  return v1::Publication::OUTCOME_UNSPECIFIED;
}

v1::Publication ToProto(const Publication& publication) {
  v1::Publication proto;
  proto.set_model(publication.model_id);
  proto.set_outcome(ToProto(publication.outcome));
  proto.set_reason(publication.reason);
  proto.set_serving_model(publication.comparison.serving_id);
  if (const auto& measured = publication.comparison.measured; measured.has_value()) {
    proto.set_metric(kPublicationMetric);
    proto.set_value(measured->trained);
    proto.set_serving_value(measured->serving);
    proto.set_customer_count(measured->customers);
    *proto.mutable_measured_since() = rpc::ToTimestamp(measured->since);
  }
  return proto;
}

v1::TrainModelResponse ToProto(const TrainingReport& report) {
  v1::TrainModelResponse response;
  response.set_model(report.model_id);
  response.set_interaction_count(report.interaction_count);
  response.mutable_metrics()->insert(report.metrics.begin(), report.metrics.end());
  for (const Publication& one : report.publications) *response.add_publications() = ToProto(one);
  return response;
}

v1::TrainModelRequest ToProto(const TrainingOptions& options) {
  v1::TrainModelRequest request;
  request.set_seed(options.seed);
  request.set_publish_anyway(options.publish_anyway);
  if (options.sequence) {
    v1::Sequence& sequence = options.hybrid ? *request.mutable_hybrid()->mutable_sequence()
                                            : *request.mutable_sequence();
    sequence.set_epochs(options.sequence_epochs);
    if (!options.hybrid) {
      sequence.set_held_out_days(options.held_out_days);
      return request;
    }
  }
  v1::Factorization& factorization = options.hybrid
                                         ? *request.mutable_hybrid()->mutable_factorization()
                                         : *request.mutable_factorization();
  factorization.set_factors(options.factors);
  factorization.set_epochs(options.epochs);
  if (options.hybrid) {
    request.mutable_hybrid()->set_held_out_days(options.held_out_days);
  } else {
    factorization.set_held_out_days(options.held_out_days);
  }
  return request;
}

}  // namespace clientele::recommend
