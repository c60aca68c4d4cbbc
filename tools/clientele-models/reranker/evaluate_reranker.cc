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

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/tasks/text_ranker.h"
#include "common/inference/tasks/tokenization.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/pair_module.h"
#include "services/qa-service/training/reranker/lexical_ranking.h"
#include "services/qa-service/training/reranker/reranker_training.h"
#include "services/qa-service/training/text_bundle.h"
#include "tools/clientele-models/reranker/text_columns.h"

namespace clientele::models {
namespace {

constexpr std::size_t kQueriesBetweenReports = 200;

std::vector<std::string> ColumnNames(const std::string& chosen, std::vector<std::string> usual) {
  return chosen.empty() ? std::move(usual) : std::vector<std::string>{chosen};
}

class RerankerMeasurement {
 public:
  RerankerMeasurement(std::shared_ptr<const inference::TextRankerModel> ranker, TextColumns queries,
                      TextColumns passages)
      : ranker_(std::move(ranker)),
        queries_(std::move(queries)),
        passages_(std::move(passages)),
        by_words_(passages_.first) {}

  absl::Status Run(std::ostream& out, std::ostream& log) {
    const std::set<std::string> ids(passages_.second.begin(), passages_.second.end());
    for (const std::string& id : queries_.second) {
      if (ids.count(id) == 0) {
        return InvalidField("queries", absl::StrCat("name a passage that is not there: ", id));
      }
    }
    for (std::size_t i = 0; i < queries_.first.size(); ++i) {
      CLIENTELE_RETURN_IF_ERROR(Measure(i));
      if ((i + 1) % kQueriesBetweenReports == 0) {
        log << "reranked for " << i + 1 << " of " << queries_.first.size() << " queries"
            << std::endl;
      }
    }
    const auto share = [&](std::size_t part) {
      return static_cast<double>(part) / static_cast<double>(queries_.first.size());
    };
    const nlohmann::ordered_json metrics = {{"queries", queries_.first.size()},
                                            {"passages", passages_.first.size()},
                                            {"right_first_before", share(first_before_)},
                                            {"right_first_after", share(first_after_)},
                                            {"right_in_20", share(found_)}};
    out << metrics.dump() << "\n";
    return absl::OkStatus();
  }

 private:
  absl::Status Measure(std::size_t query) {
    const std::vector<std::size_t> best =
        by_words_.Best(queries_.first[query], qa::kRerankedPassages);
    const auto right = [&](std::size_t passage) {
      return passages_.second[passage] == queries_.second[query];
    };
    if (std::none_of(best.begin(), best.end(), right)) return absl::OkStatus();
    ++found_;
    first_before_ += right(best[0]) ? 1 : 0;
    const auto limit = static_cast<std::size_t>(ranker_->loaded().manifest().limits().max_tokens());
    CLIENTELE_ASSIGN_OR_RETURN(const std::string asked,
                               qa::CutToTokens(*ranker_->loaded().tokenizer()->trained(),
                                               queries_.first[query], limit / 2));
    std::vector<inference::TokenizedPair> pairs;
    pairs.reserve(best.size());
    for (const std::size_t passage : best) {
      auto pair = inference::TokenizePair(ranker_->loaded(), asked, passages_.first[passage]);
      if (!pair.ok())
        return InvalidField(absl::StrCat("query ", query + 1), pair.status().message());
      pairs.push_back(*std::move(pair));
    }
    std::vector<const inference::TokenRow*> rows;
    rows.reserve(pairs.size());
    for (const inference::TokenizedPair& pair : pairs) rows.push_back(&pair.row);
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<float> scores, ranker_->Compute(rows));
    const auto first = std::max_element(scores.begin(), scores.end()) - scores.begin();
    first_after_ += right(best[static_cast<std::size_t>(first)]) ? 1 : 0;
    return absl::OkStatus();
  }

  const std::shared_ptr<const inference::TextRankerModel> ranker_;
  const TextColumns queries_;
  const TextColumns passages_;
  const qa::LexicalRanking by_words_;
  std::size_t found_ = 0;
  std::size_t first_before_ = 0;
  std::size_t first_after_ = 0;
};

}  // namespace

absl::Status EvaluateReranker(const EvaluateRerankerOptions& options, std::ostream& out,
                              std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(
      TextColumns queries,
      ReadTextColumns(
          options.queries, ColumnNames(options.query_text, {"text", "query", "question"}),
          ColumnNames(options.query_id, {"passage", "passage_id", "right", "article_id", "id"})));
  CLIENTELE_ASSIGN_OR_RETURN(
      TextColumns passages,
      ReadTextColumns(options.passages,
                      ColumnNames(options.passage_text, {"text", "passage", "body", "answer"}),
                      ColumnNames(options.passage_id, {"id", "passage_id", "article_id"})));
  CLIENTELE_ASSIGN_OR_RETURN(const auto model,
                             qa::OpenTextBundle(options.bundle, model::v1::TASK_TEXT_RANKER));
  CLIENTELE_ASSIGN_OR_RETURN(auto ranker, inference::TextRankerModel::Open(model));
  for (const TextColumns* columns : {&queries, &passages}) {
    if (columns->skipped > 0) {
      log << columns->skipped << " rows lack a text or an id and are left out\n";
    }
  }
  return RerankerMeasurement(std::move(ranker), std::move(queries), std::move(passages))
      .Run(out, log);
}

}  // namespace clientele::models
