#include "services/qa-service/training/reranker/reranker_training.h"

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/crypto/digest.h"
#include "common/frame/shuffle.h"
#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/tasks/tokenization.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/answering/judgment.h"
#include "services/qa-service/training/held_out_groups.h"
#include "services/qa-service/training/module_tuning.h"
#include "services/qa-service/training/pair_module.h"
#include "services/qa-service/training/pair_publication.h"
#include "services/qa-service/training/reranker/ranker_module.h"
#include "services/qa-service/training/search/passage_search.h"

namespace clientele::qa {
namespace {

using inference::TokenRow;

constexpr std::size_t kMaxQuestionShare = 2;  // a question has at most a half of a pair

// A question and what it is ranked among; the first is right.
struct RankedList {
  std::vector<TokenRow> rows;
  std::vector<float> search_scores;
  std::int64_t tokens = 0;
};

class RerankerTraining {
 public:
  RerankerTraining(const EncoderBundle& encoder, absl::Span<const QuestionAnswer> pairs,
                   const RerankerBundleOptions& bundle)
      : encoder_(encoder), pairs_(pairs), bundle_(bundle), options_(bundle.training) {}

  absl::StatusOr<PublishedReranker> Run() {
    CLIENTELE_RETURN_IF_ERROR(inference::RequirePairTokenizer(encoder_.model()));
    CLIENTELE_RETURN_IF_ERROR(GatherPassages());
    CLIENTELE_RETURN_IF_ERROR(MakeModule());
    CLIENTELE_RETURN_IF_ERROR(MakeLists());
    std::vector<std::int64_t> lengths;
    lengths.reserve(lists_.size());
    for (const RankedList& list : lists_) lengths.push_back(list.tokens);
    TuningCallbacks callbacks;
    callbacks.loss = [&](absl::Span<const std::size_t> batch, std::mt19937_64&) {
      return Loss(batch);
    };
    if (!held_out_.empty()) {
      // Smoother than how many are first, which a small number of questions decides.
      callbacks.validate = [&]() -> absl::StatusOr<double> { return -HeldOutLoss(); };
    }
    std::vector<TuningGroup> groups = {{.tensors = FloatTensorsNamed(pair_->module, "rank_"),
                                        .learning_rate = options_.head_learning_rate}};
    if (options_.learning_rate > 0) {
      groups.push_back({.tensors = FloatTensors(pair_->module, {"rarity", "rank_"}),
                        .learning_rate = options_.learning_rate});
    }
    CLIENTELE_RETURN_IF_ERROR(
        TuneModule(pair_->module, std::move(groups), lengths, callbacks, Tuning()).status());
    PublishedReranker published = {.questions = lists_.size(), .passages = passages_.size()};
    if (!held_out_.empty()) published.metrics = HeldOutMetrics();
    CLIENTELE_ASSIGN_OR_RETURN(published.folder, Write(published));
    return published;
  }

 private:
  void Say(absl::string_view line) const {
    if (options_.progress) options_.progress(line);
  }

  absl::Status GatherPassages() {
    std::map<std::string, std::size_t> numbers;
    for (const QuestionAnswer& pair : pairs_) {
      const auto [found, added] = numbers.emplace(pair.answer, passages_.size());
      if (added) passages_.push_back(pair.answer);
      right_.push_back(found->second);
    }
    if (passages_.size() < 2) return InvalidField("pairs", "must be of two passages or more");
    return absl::OkStatus();
  }

  absl::Status MakeModule() {
    const text::Tokenizer& tokenizer = *encoder_.model().tokenizer()->trained();
    std::vector<std::vector<std::int64_t>> texts;
    texts.reserve(passages_.size());
    for (const std::string& passage : passages_) {
      auto encoding = tokenizer.Encode(passage, {.add_special_tokens = false});
      if (!encoding.ok()) {
        return InvalidField(absl::StrCat("passage ", texts.size() + 1),
                            encoding.status().message());
      }
      texts.push_back(std::move(encoding->ids));
    }
    CLIENTELE_ASSIGN_OR_RETURN(pair_,
                               MakePairModule(encoder_, TokenRaritiesOf(encoder_.model(), texts)));
    AddRankHead(*pair_, options_.seed);
    return absl::OkStatus();
  }

  std::size_t MaxTokens() const {
    return std::min(options_.max_tokens, static_cast<std::size_t>(pair_->max_tokens));
  }

  // A list of the right text and of the first others that the search found. A right text that it
  // did not find is no better for the search than the last one found.
  absl::StatusOr<RankedList> List(std::size_t question, const std::vector<FoundPassage>& found,
                                  std::size_t others) const {
    const auto right = std::find_if(found.begin(), found.end(), [&](const FoundPassage& each) {
      return each.text == right_[question];
    });
    std::vector<FoundPassage> passages;
    if (right != found.end()) {
      passages.push_back(*right);
    } else {
      passages.push_back({.text = right_[question],
                          .passage = passages_[right_[question]],
                          .score = found.empty() ? 0 : found.back().score});
    }
    for (const FoundPassage& each : found) {
      if (passages.size() > others) break;
      if (each.text != right_[question]) passages.push_back(each);
    }
    // Where words and vectors find too few, any other one.
    for (std::size_t i = 1; passages.size() < 2; ++i) {
      const std::size_t text = (right_[question] + i) % passages_.size();
      passages.push_back({.text = text, .passage = passages_[text], .score = 0});
    }
    const text::Tokenizer& tokenizer = *encoder_.model().tokenizer()->trained();
    const auto wrong = [&](const absl::Status& status) {
      return InvalidField(absl::StrCat("question ", question + 1), status.message());
    };
    const absl::StatusOr<std::string> asked =
        CutToTokens(tokenizer, pairs_[question].question, MaxTokens() / kMaxQuestionShare);
    if (!asked.ok()) return wrong(asked.status());
    RankedList list;
    for (const FoundPassage& each : passages) {
      auto pair = inference::TokenizePair(encoder_.model(), *asked, each.passage, MaxTokens());
      if (!pair.ok()) return wrong(pair.status());
      list.tokens += pair->row.length();
      list.rows.push_back(std::move(pair->row));
      list.search_scores.push_back(static_cast<float>(each.score));
    }
    return list;
  }

  absl::Status MakeLists() {
    std::vector<std::string> groups;
    groups.reserve(pairs_.size());
    for (const std::size_t passage : right_) groups.push_back(absl::StrCat(passage));
    const std::vector<char> held_out = HoldOutGroups(groups, options_.held_out, options_.seed);
    std::vector<std::size_t> learned;
    std::vector<std::size_t> measured;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      (held_out[i] != 0 ? measured : learned).push_back(i);
    }
    std::mt19937_64 random(options_.seed);
    frame::Shuffle(measured, random);
    if (measured.size() > options_.max_held_out) measured.resize(options_.max_held_out);
    Say("searching the passages for each question");
    CLIENTELE_ASSIGN_OR_RETURN(const auto search,
                               PassageSearch::Of(&encoder_, passages_, options_.progress));
    const auto find = [&](const std::vector<std::size_t>& questions) {
      std::vector<std::string> texts;
      texts.reserve(questions.size());
      for (const std::size_t i : questions) texts.push_back(pairs_[i].question);
      return search->Find(texts, kRerankedPassages, options_.progress);
    };
    CLIENTELE_ASSIGN_OR_RETURN(const auto found, find(learned));
    for (std::size_t i = 0; i < learned.size(); ++i) {
      CLIENTELE_ASSIGN_OR_RETURN(lists_.emplace_back(),
                                 List(learned[i], found[i], options_.negatives));
    }
    std::vector<std::vector<float>> search_scores;
    search_scores.reserve(lists_.size());
    for (const RankedList& list : lists_) search_scores.push_back(list.search_scores);
    scale_ = LikeliestScale(search_scores);
    CLIENTELE_ASSIGN_OR_RETURN(const auto found_held_out, find(measured));
    for (std::size_t i = 0; i < measured.size(); ++i) {
      const std::size_t right = right_[measured[i]];
      const std::vector<FoundPassage>& best = found_held_out[i];
      const auto is_right = [&](const FoundPassage& each) { return each.text == right; };
      if (std::none_of(best.begin(), best.end(), is_right)) continue;
      first_before_ += is_right(best[0]) ? 1 : 0;
      CLIENTELE_ASSIGN_OR_RETURN(held_out_.emplace_back(),
                                 List(measured[i], best, kRerankedPassages));
    }
    held_out_questions_ = measured.size();
    Say(
        absl::StrFormat("%d questions and %d passages to learn from, %d questions held out; the "
                        "search's scores count %.1f times",
                        lists_.size(), passages_.size(), held_out_questions_, scale_));
    return absl::OkStatus();
  }

  TuningOptions Tuning() const {
    std::string facts = absl::StrFormat("%d %d %g %g %g %d %d", options_.seed, options_.epochs,
                                        options_.learning_rate, options_.head_learning_rate,
                                        options_.dropout, options_.batch_questions, MaxTokens());
    absl::StrAppend(&facts, encoder_.model().id());
    for (const RankedList& list : lists_) {
      for (std::size_t i = 0; i < list.rows.size(); ++i) {
        absl::StrAppend(&facts, ";", list.search_scores[i]);
        for (const std::int64_t id : list.rows[i].ids) absl::StrAppend(&facts, ",", id);
      }
    }
    TuningOptions tuning = {.seed = options_.seed,
                            .epochs = options_.epochs,
                            .batch_examples = options_.batch_questions,
                            .checkpoints = options_.checkpoints,
                            .fingerprint = crypto::Sha256Hex(facts)};
    tuning.progress = options_.progress;
    return tuning;
  }

  absl::StatusOr<at::Tensor> Loss(absl::Span<const std::size_t> batch) const {
    std::vector<const TokenRow*> rows;
    std::vector<float> search_scores;
    std::vector<std::int64_t> sizes;
    sizes.reserve(batch.size());
    for (const std::size_t i : batch) {
      const RankedList& list = lists_[i];
      for (const TokenRow& row : list.rows) rows.push_back(&row);
      search_scores.insert(search_scores.end(), list.search_scores.begin(),
                           list.search_scores.end());
      sizes.push_back(static_cast<std::int64_t>(list.rows.size()));
    }
    return FirstOfListLoss(Scores(RankScores(pair_->module, rows, options_.dropout), search_scores),
                           sizes);
  }

  double HeldOutLoss() const {
    double sum = 0;
    for (const RankedList& list : held_out_) {
      sum += LossOf(Scores(RanksOf(list), list.search_scores));
    }
    return sum / static_cast<double>(held_out_.size());
  }

  static double LossOf(const at::Tensor& scores) {
    return FirstOfListLoss(scores, {scores.size(0)}).item<double>();
  }
  // What serving orders by, JudgedScore with the weight of one, at the scale of the search.
  at::Tensor Scores(const at::Tensor& logits, const std::vector<float>& search_scores) const {
    return scale_ * (at::tensor(search_scores) + logits / kSureLogit);
  }
  at::Tensor RanksOf(const RankedList& list) const {
    std::vector<const TokenRow*> rows;
    rows.reserve(list.rows.size());
    for (const TokenRow& row : list.rows) rows.push_back(&row);
    return RankScores(pair_->module, rows, /*dropout=*/0);
  }

  std::map<std::string, double> HeldOutMetrics() const {
    const at::NoGradGuard no_grad;
    double loss_before = 0;
    double loss_after = 0;
    double first_alone = 0;
    double first_after = 0;
    const auto right = [](const at::Tensor& scores) {
      return scores.argmax().item<std::int64_t>() == 0 ? 1 : 0;
    };
    for (const RankedList& list : held_out_) {
      const at::Tensor ranks = RanksOf(list);
      const at::Tensor scores = Scores(ranks, list.search_scores);
      loss_before += LossOf(scale_ * at::tensor(list.search_scores));
      loss_after += LossOf(scores);
      first_alone += right(ranks);
      first_after += right(scores);
    }
    const auto questions = static_cast<double>(held_out_questions_);
    const auto found = static_cast<double>(held_out_.size());
    return {{"right_first_before", static_cast<double>(first_before_) / questions},
            {"right_first_after", first_after / questions},
            {"right_first_alone", first_alone / questions},
            {"right_in_20", found / questions},
            {"loss_before", loss_before / found},
            {"loss_after", loss_after / found},
            {"held_out_questions", questions}};
  }

  absl::StatusOr<std::filesystem::path> Write(const PublishedReranker& published) const {
    model::v1::Bundle manifest;
    manifest.set_name(bundle_.name);
    manifest.set_version(bundle_.version);
    manifest.set_task(model::v1::TASK_TEXT_RANKER);
    manifest.set_architecture("bert-reranker");
    manifest.set_description(absl::StrCat("A cross-encoder on ", encoder_.model().id()));
    manifest.set_source("clientele-models train reranker");
    manifest.set_license(bundle_.license);
    inference::AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1});
    for (const auto& [name, value] : published.metrics) {
      (*manifest.mutable_metrics())[name] = value;
    }
    return WritePairBundle(encoder_, pair_->module, std::move(manifest), MaxTokens(), bundle_.out,
                           bundle_.key);
  }

  const EncoderBundle& encoder_;
  const absl::Span<const QuestionAnswer> pairs_;
  const RerankerBundleOptions& bundle_;
  const RerankerTrainingOptions& options_;
  std::vector<std::string> passages_;  // each once
  std::vector<std::size_t> right_;     // of each pair
  std::optional<PairModule> pair_;
  std::vector<RankedList> lists_;
  double scale_ = 1;  // of the sum of the search's score and the evidence of the logit
  // Of the held-out questions, those whose right passage the search finds.
  std::vector<RankedList> held_out_;
  std::size_t held_out_questions_ = 0;
  std::size_t first_before_ = 0;
};

}  // namespace

absl::StatusOr<PublishedReranker> TrainRerankerBundle(const EncoderBundle& encoder,
                                                      absl::Span<const QuestionAnswer> pairs,
                                                      const RerankerBundleOptions& options) {
  try {
    return RerankerTraining(encoder, pairs, options).Run();
  } catch (const std::exception&) {
    return absl::InternalError("the reranker's tensor operations failed");
  }
}

}  // namespace clientele::qa
