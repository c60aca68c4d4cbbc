#include "tools/clientele-models/reranker/evaluate_reranker.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/answering/confidence_settings.h"
#include "services/qa-service/core/answering/judgment.h"
#include "services/qa-service/training/encoder_bundle.h"
#include "services/qa-service/training/reranker/bundle_ranker.h"
#include "services/qa-service/training/reranker/reranker_training.h"
#include "services/qa-service/training/search/passage_search.h"

namespace clientele::models {
namespace {

constexpr std::size_t kQueriesBetweenReports = 200;

std::vector<std::string> TextsOf(const std::vector<qa::EvaluatedPassage>& passages) {
  std::vector<std::string> texts;
  texts.reserve(passages.size());
  for (const qa::EvaluatedPassage& passage : passages) texts.push_back(passage.text);
  return texts;
}

class RerankerMeasurement {
 public:
  RerankerMeasurement(std::unique_ptr<const qa::BundleRanker> ranker,
                      std::vector<qa::EvaluatedQuery> queries,
                      std::vector<qa::EvaluatedPassage> passages)
      : ranker_(std::move(ranker)), queries_(std::move(queries)), passages_(std::move(passages)) {}

  absl::Status Run(const qa::EncoderBundle* encoder, std::ostream& out, std::ostream& log) {
    std::set<std::string> ids;
    for (const qa::EvaluatedPassage& passage : passages_) ids.insert(passage.id);
    std::vector<std::string> texts;
    for (const qa::EvaluatedQuery& query : queries_) {
      for (const std::string& id : query.right) {
        if (ids.count(id) > 0) continue;
        return InvalidField("queries", absl::StrCat("name a passage that is not there: ", id));
      }
      texts.push_back(query.text);
    }
    const auto progress = [&](absl::string_view line) { log << line << std::endl; };
    CLIENTELE_ASSIGN_OR_RETURN(const auto search,
                               qa::PassageSearch::Of(encoder, TextsOf(passages_), progress));
    CLIENTELE_ASSIGN_OR_RETURN(const auto found,
                               search->Find(texts, qa::kRerankedPassages, progress));
    for (std::size_t i = 0; i < queries_.size(); ++i) {
      CLIENTELE_RETURN_IF_ERROR(Measure(i, found[i]));
      if ((i + 1) % kQueriesBetweenReports == 0) {
        log << "reranked for " << i + 1 << " of " << queries_.size() << " queries" << std::endl;
      }
    }
    const auto share = [&](std::size_t part) {
      return static_cast<double>(part) / static_cast<double>(queries_.size());
    };
    const nlohmann::ordered_json metrics = {{"queries", queries_.size()},
                                            {"passages", passages_.size()},
                                            {"right_first_before", share(first_before_)},
                                            {"right_first_after", share(first_after_)},
                                            {"right_first_alone", share(first_alone_)},
                                            {"right_in_20", share(found_)}};
    out << metrics.dump() << "\n";
    return absl::OkStatus();
  }

 private:
  absl::Status Measure(std::size_t query, const std::vector<qa::FoundPassage>& found) {
    const auto right = [&](const qa::FoundPassage& each) {
      const std::vector<std::string>& ids = queries_[query].right;
      return std::find(ids.begin(), ids.end(), passages_[each.text].id) != ids.end();
    };
    if (std::none_of(found.begin(), found.end(), right)) return absl::OkStatus();
    ++found_;
    first_before_ += right(found[0]) ? 1 : 0;
    std::vector<std::string> passages;
    passages.reserve(found.size());
    for (const qa::FoundPassage& each : found) passages.push_back(each.passage);
    const absl::StatusOr<qa::PassageScores> scored =
        ranker_->Score({}, queries_[query].text, passages);
    if (absl::IsInvalidArgument(scored.status())) {
      return InvalidField(absl::StrCat("query ", query + 1), scored.status().message());
    }
    CLIENTELE_RETURN_IF_ERROR(scored.status());
    const qa::OrderWeights weights = WeightsOf(*scored);
    std::vector<double> judged;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double evidence = qa::RankEvidence({.rank = scored->scores[i], .span = {}});
      judged.push_back(qa::JudgedScore(found[i].score, evidence, 0, weights));
    }
    const auto best = [&](const std::vector<double>& scores) {
      return found[static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) -
                                            scores.begin())];
    };
    first_after_ += right(best(judged)) ? 1 : 0;
    first_alone_ += right(best(scored->scores)) ? 1 : 0;
    return absl::OkStatus();
  }

  static qa::OrderWeights WeightsOf(const qa::PassageScores& scored) {
    if (scored.fitted == nullptr) return {};
    const auto fitted = qa::ConfidenceOf(*scored.fitted);
    return fitted.has_value() ? fitted->order : qa::OrderWeights{};
  }

  const std::unique_ptr<const qa::BundleRanker> ranker_;
  const std::vector<qa::EvaluatedQuery> queries_;
  const std::vector<qa::EvaluatedPassage> passages_;
  std::size_t found_ = 0;
  std::size_t first_before_ = 0;
  std::size_t first_after_ = 0;
  std::size_t first_alone_ = 0;
};

}  // namespace

absl::Status EvaluateReranker(const EvaluateRerankerOptions& options, std::ostream& out,
                              std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(auto queries, ReadQueries(options.queries, options.query_columns));
  CLIENTELE_ASSIGN_OR_RETURN(auto passages,
                             ReadPassages(options.passages, options.passage_columns));
  CLIENTELE_ASSIGN_OR_RETURN(auto ranker, qa::BundleRanker::Open(options.bundle, "bundle"));
  std::unique_ptr<const qa::EncoderBundle> encoder;
  if (!options.encoder.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(encoder, qa::EncoderBundle::Open(options.encoder));
  }
  return RerankerMeasurement(std::move(ranker), std::move(queries), std::move(passages))
      .Run(encoder.get(), out, log);
}

}  // namespace clientele::models
