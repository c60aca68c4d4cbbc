#include "tools/clientele-models/reranker/evaluate_reranker.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <ostream>
#include <set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/reranker/bundle_ranker.h"
#include "services/qa-service/training/reranker/lexical_ranking.h"
#include "services/qa-service/training/reranker/reranker_training.h"

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
      : ranker_(std::move(ranker)),
        queries_(std::move(queries)),
        passages_(std::move(passages)),
        by_words_(TextsOf(passages_)) {}

  absl::Status Run(std::ostream& out, std::ostream& log) {
    std::set<std::string> ids;
    for (const qa::EvaluatedPassage& passage : passages_) ids.insert(passage.id);
    for (const qa::EvaluatedQuery& query : queries_) {
      for (const std::string& id : query.right) {
        if (ids.count(id) > 0) continue;
        return InvalidField("queries", absl::StrCat("name a passage that is not there: ", id));
      }
    }
    for (std::size_t i = 0; i < queries_.size(); ++i) {
      CLIENTELE_RETURN_IF_ERROR(Measure(i));
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
                                            {"right_in_20", share(found_)}};
    out << metrics.dump() << "\n";
    return absl::OkStatus();
  }

 private:
  absl::Status Measure(std::size_t query) {
    const std::vector<std::size_t> best =
        by_words_.Best(queries_[query].text, qa::kRerankedPassages);
    const auto right = [&](std::size_t passage) {
      const std::vector<std::string>& ids = queries_[query].right;
      return std::find(ids.begin(), ids.end(), passages_[passage].id) != ids.end();
    };
    if (std::none_of(best.begin(), best.end(), right)) return absl::OkStatus();
    ++found_;
    first_before_ += right(best[0]) ? 1 : 0;
    std::vector<std::string> passages;
    passages.reserve(best.size());
    for (const std::size_t passage : best) passages.push_back(passages_[passage].text);
    const absl::StatusOr<qa::PassageScores> scored =
        ranker_->Score({}, queries_[query].text, passages);
    if (absl::IsInvalidArgument(scored.status())) {
      return InvalidField(absl::StrCat("query ", query + 1), scored.status().message());
    }
    CLIENTELE_RETURN_IF_ERROR(scored.status());
    const std::vector<double>& scores = scored->scores;
    const auto first = std::max_element(scores.begin(), scores.end()) - scores.begin();
    first_after_ += right(best[static_cast<std::size_t>(first)]) ? 1 : 0;
    return absl::OkStatus();
  }

  const std::unique_ptr<const qa::BundleRanker> ranker_;
  const std::vector<qa::EvaluatedQuery> queries_;
  const std::vector<qa::EvaluatedPassage> passages_;
  const qa::LexicalRanking by_words_;
  std::size_t found_ = 0;
  std::size_t first_before_ = 0;
  std::size_t first_after_ = 0;
};

}  // namespace

absl::Status EvaluateReranker(const EvaluateRerankerOptions& options, std::ostream& out,
                              std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(auto queries, ReadQueries(options.queries, options.query_columns));
  CLIENTELE_ASSIGN_OR_RETURN(auto passages,
                             ReadPassages(options.passages, options.passage_columns));
  CLIENTELE_ASSIGN_OR_RETURN(auto ranker, qa::BundleRanker::Open(options.bundle, "bundle"));
  return RerankerMeasurement(std::move(ranker), std::move(queries), std::move(passages))
      .Run(out, log);
}

}  // namespace clientele::models
