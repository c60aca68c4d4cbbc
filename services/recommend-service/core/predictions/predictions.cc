#include "services/recommend-service/core/predictions/predictions.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/candidates/candidate_pool.h"
#include "services/recommend-service/core/ranking/factor_score.h"
#include "services/recommend-service/core/ranking/sequence_state.h"

namespace clientele::recommend {
namespace {

Prediction PredictionOf(const RecommendationList& list, const std::string& customer_id,
                        absl::Time now) {
  Prediction prediction{.customer_id = customer_id,
                        .id = "",
                        .create_time = absl::FromUnixMicros(absl::ToUnixMicros(now)),
                        .strategy = list.strategy,
                        .models = list.models,
                        .item_ids = {},
                        .scores = {},
                        .inputs = *list.inputs};
  for (const Recommendation& one : list.recommendations) {
    prediction.item_ids.push_back(one.item_id);
    prediction.scores.push_back(one.score);
  }
  return prediction;
}

absl::Status Gone(absl::string_view why) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat("the scores cannot be computed again: ", why)),
      "MODEL_GONE");
}

absl::StatusOr<std::vector<double>> FactorScores(const Prediction& prediction,
                                                 const CollaborativeModel& model) {
  const ScoreInputs& inputs = prediction.inputs;
  if (model.identity().training_id != inputs.training_id) {
    return Gone(absl::StrCat("another training made the ", model.id(), " that is there now"));
  }
  const auto k = static_cast<std::size_t>(model.dimension());
  if (inputs.factors.size() != k) return absl::DataLossError("a stored prediction is damaged");
  absl::flat_hash_map<absl::string_view, std::size_t> wanted;
  for (std::size_t at = 0; at < prediction.item_ids.size(); ++at) {
    wanted.emplace(prediction.item_ids[at], at);
  }
  std::vector<ItemTerms> terms(prediction.item_ids.size());
  std::vector<bool> known(terms.size(), false);
  for (std::size_t row = 0; row < model.item_ids().size(); ++row) {
    const auto found = wanted.find(model.item_ids()[row]);
    if (found == wanted.end()) continue;
    terms[found->second] = {model.item_factors().subspan(row * k, k), model.item_biases()[row]};
    known[found->second] = true;
  }
  std::vector<double> scores;
  scores.reserve(terms.size());
  for (std::size_t at = 0; at < terms.size(); ++at) {
    const std::optional<EstimatedItem>& estimate = inputs.items[at].estimate;
    if (estimate.has_value()) {
      terms[at] = {estimate->factors, estimate->bias};
    } else if (!known[at]) {
      return absl::DataLossError("a stored prediction is damaged");
    }
    scores.push_back(ScoreByFactors(model.mu(), {inputs.factors, inputs.bias}, terms[at]).score);
  }
  return scores;
}

absl::StatusOr<std::vector<double>> RankedScores(const Prediction& prediction,
                                                 const RankerVersion& ranker) {
  std::vector<std::vector<float>> rows;
  rows.reserve(prediction.inputs.items.size());
  for (const ItemInputs& item : prediction.inputs.items) rows.push_back(item.features);
  absl::StatusOr<std::vector<float>> scores = ranker.Score(rows);
  if (absl::IsInvalidArgument(scores.status())) {
    return Gone("a ranker reads other features by now");
  }
  CLIENTELE_RETURN_IF_ERROR(scores.status());
  return std::vector<double>(scores->begin(), scores->end());
}

std::vector<double> FusedScores(const Prediction& prediction) {
  std::vector<double> scores;
  scores.reserve(prediction.inputs.items.size());
  for (const ItemInputs& item : prediction.inputs.items) {
    std::array<int, kCandidateSources.size()> ranks = {};
    for (const SourceRank& one : item.ranks) {
      const std::size_t source = SourceNumber(one.source);
      if (source < ranks.size()) ranks[source] = one.rank;
    }
    scores.push_back(FusedScore(ranks));
  }
  return scores;
}

absl::StatusOr<std::vector<double>> SequenceScores(const Prediction& prediction,
                                                   std::shared_ptr<const SequenceModel> model) {
  const std::vector<absl::string_view> ids(prediction.inputs.sequence.begin(),
                                           prediction.inputs.sequence.end());
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<SequenceState> read,
                             ReadSequence(std::move(model), ids));
  if (!read.has_value() || read->unknown > 0) {
    return Gone("another training made the sequence model that is there now");
  }
  std::vector<double> scores;
  scores.reserve(prediction.item_ids.size());
  for (const std::string& id : prediction.item_ids) {
    const std::int32_t row = read->model->Row(id);
    if (row < 0) return Gone("another training made the sequence model that is there now");
    scores.push_back(read->Score(row));
  }
  return scores;
}

absl::StatusOr<std::vector<double>> ScoresAgain(const Prediction& prediction,
                                                ModelArchive& archive) {
  const auto model_at = [&](std::size_t at) -> absl::StatusOr<std::string> {
    if (prediction.models.size() <= at) {
      return absl::DataLossError("a stored prediction is damaged");
    }
    return prediction.models[at];
  };
  switch (prediction.strategy) {
    case Strategy::kPopular:
      return prediction.scores;
    case Strategy::kFactorization:
    case Strategy::kFoldIn: {
      CLIENTELE_ASSIGN_OR_RETURN(const std::string id, model_at(0));
      CLIENTELE_ASSIGN_OR_RETURN(const auto model, archive.OpenFactorization(id));
      return FactorScores(prediction, *model);
    }
    case Strategy::kHybrid: {
      // What a ranker read are features.
      if (prediction.inputs.items.empty() || prediction.inputs.items.front().features.empty()) {
        return FusedScores(prediction);
      }
      CLIENTELE_ASSIGN_OR_RETURN(const std::string id, model_at(1));
      CLIENTELE_ASSIGN_OR_RETURN(const auto ranker, archive.OpenRanker(id));
      return RankedScores(prediction, *ranker);
    }
    case Strategy::kSequence: {
      CLIENTELE_ASSIGN_OR_RETURN(const std::string id, model_at(0));
      CLIENTELE_ASSIGN_OR_RETURN(auto model, archive.OpenSequence(id));
      return SequenceScores(prediction, std::move(model));
    }
  }
  return absl::DataLossError("a stored prediction is damaged");
}

bool AreSameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

}  // namespace

absl::StatusOr<RecommendationList> Predictions::Recommend(const RequestContext& context,
                                                          RecommendQuery query, bool record) {
  // Nobody's session is nobody's record.
  query.wants_inputs =
      query.session_items.empty() && (record || recorded_split_.TakesCall(unasked_++));
  CLIENTELE_ASSIGN_OR_RETURN(RecommendationList list, recommender_->Recommend(context, query));
  if (!query.wants_inputs) return list;
  const auto note = [&](Recording recording) {
    if (options_.on_recording) options_.on_recording(recording);
  };
  if (list.inputs == nullptr) {
    note(Recording::kWithheld);
    return list;
  }
  absl::StatusOr<std::string> id =
      store_->Insert(context, PredictionOf(list, query.customer_id, clock_->Now()));
  if (absl::IsUnavailable(id.status()) || absl::IsDeadlineExceeded(id.status())) {
    note(Recording::kFailed);
    return list;
  }
  CLIENTELE_RETURN_IF_ERROR(id.status());
  note(id->empty() ? Recording::kUnknownCustomer : Recording::kStored);
  list.prediction_id = *std::move(id);
  return list;
}

absl::StatusOr<ReplayedPrediction> Predictions::Replay(const RequestContext& context,
                                                       absl::string_view customer_id,
                                                       absl::string_view id) {
  ReplayedPrediction replayed;
  CLIENTELE_ASSIGN_OR_RETURN(replayed.prediction, store_->Get(context, customer_id, id));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  CLIENTELE_ASSIGN_OR_RETURN(replayed.scores, ScoresAgain(replayed.prediction, *archive_));
  replayed.is_bit_exact = AreSameBits(replayed.scores, replayed.prediction.scores);
  return replayed;
}

}  // namespace clientele::recommend
