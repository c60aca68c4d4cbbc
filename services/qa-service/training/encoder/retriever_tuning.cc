#include "services/qa-service/training/encoder/retriever_tuning.h"

#include <algorithm>
#include <exception>
#include <map>
#include <random>
#include <utility>

#include <ATen/ATen.h>
#include <torch/optim/adamw.h>

#include "absl/strings/str_format.h"

#include "common/frame/shuffle.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/loop.h"
#include "services/qa-service/training/encoder/encoder_learning.h"
#include "services/qa-service/training/encoder/token_batches.h"

namespace clientele::qa {
namespace {

using inference::TokenRow;

constexpr std::size_t kLeastQuestions = 20;
constexpr std::size_t kLeastAnswers = 2;
constexpr double kTuningWeightDecay = 0.01;
constexpr double kTuningGradientNorm = 1;
constexpr double kTuningWarmUp = 0.1;  // share of the steps

// Distinct texts and which of them each pair has.
class DistinctTexts {
 public:
  std::size_t Place(const std::string& text) {
    const auto [at, added] = places_.emplace(text, texts_.size());
    if (added) texts_.push_back(text);
    return at->second;
  }
  std::size_t size() const { return texts_.size(); }

  absl::StatusOr<std::vector<TokenRow>> Tokenize(const inference::LoadedModel& model,
                                                 inference::TextRole role,
                                                 std::int64_t max_tokens) const {
    std::vector<TokenRow> rows;
    rows.reserve(texts_.size());
    for (const std::string& text : texts_) {
      CLIENTELE_ASSIGN_OR_RETURN(TokenRow row, inference::TokenizeText(model, text, role));
      if (row.length() > max_tokens) row.ids.resize(static_cast<std::size_t>(max_tokens));
      rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  std::map<std::string, std::size_t> places_;
  std::vector<std::string> texts_;
};

struct TextPlaces {
  std::size_t question = 0;
  std::size_t answer = 0;
};

class RetrieverTuning {
 public:
  RetrieverTuning(const EncoderBundle& encoder, const RetrieverTuningOptions& options)
      : encoder_(encoder), options_(options) {}

  absl::StatusOr<TunedRetriever> Run(const std::vector<QuestionAnswer>& pairs) {
    CLIENTELE_RETURN_IF_ERROR(Read(pairs));
    CLIENTELE_ASSIGN_OR_RETURN(tuned_.module, encoder_.LoadModule());
    tuned_.pairs = static_cast<std::int64_t>(training_.size());
    tuned_.held_out = static_cast<std::int64_t>(held_out_.size());
    tuned_.before = tuned_.after = Measure();
    Say(absl::StrFormat(
        "%d pairs to learn from; of %d held-out questions %.1f %% find their answer "
        "first",
        tuned_.pairs, tuned_.held_out, 100 * tuned_.before.right_first));
    CLIENTELE_RETURN_IF_ERROR(Learn());
    tuned_.after = Measure();
    return std::move(tuned_);
  }

 private:
  void Say(absl::string_view line) const {
    if (options_.progress) options_.progress(line);
  }

  absl::Status Read(const std::vector<QuestionAnswer>& pairs) {
    DistinctTexts questions;
    DistinctTexts answers;
    std::vector<TextPlaces> places;
    places.reserve(pairs.size());
    for (const QuestionAnswer& pair : pairs) {
      places.push_back({questions.Place(pair.question), answers.Place(pair.answer)});
    }
    if (questions.size() < kLeastQuestions || answers.size() < kLeastAnswers) {
      return InvalidField("pairs", absl::StrFormat("have %d distinct questions and %d distinct "
                                                   "answers; at least %d and %d are needed",
                                                   questions.size(), answers.size(),
                                                   kLeastQuestions, kLeastAnswers));
    }
    CLIENTELE_ASSIGN_OR_RETURN(
        questions_,
        questions.Tokenize(encoder_.model(), inference::TextRole::kQuery, options_.max_tokens));
    CLIENTELE_ASSIGN_OR_RETURN(
        answers_,
        answers.Tokenize(encoder_.model(), inference::TextRole::kDocument, options_.max_tokens));
    std::mt19937_64 random(training::DeriveSeed(options_.seed, 1));
    const std::vector<std::size_t> order = frame::Permutation(questions.size(), random);
    const auto count = std::max<std::size_t>(
        1, static_cast<std::size_t>(options_.held_out * static_cast<double>(order.size())));
    std::vector<bool> left_out(order.size());
    for (std::size_t i = 0; i < count; ++i) left_out[order[i]] = true;
    for (const TextPlaces& pair : places) {
      if (questions_[pair.question].ids.empty() || answers_[pair.answer].ids.empty()) continue;
      if (left_out[pair.question]) {
        held_out_[pair.question].push_back(pair.answer);
      } else {
        training_.push_back(pair);
      }
    }
    if (training_.empty() || held_out_.empty()) {
      return InvalidField("pairs", "have too few texts with a token");
    }
    return absl::OkStatus();
  }

  at::Tensor AllVectors(const std::vector<TokenRow>& rows, const std::vector<std::size_t>& which) {
    std::vector<std::int64_t> lengths;
    lengths.reserve(which.size());
    for (const std::size_t i : which) lengths.push_back(rows[i].length());
    at::Tensor vectors;
    for (const std::vector<std::size_t>& batch :
         TokenBatches(lengths, options_.batch_tokens, /*seed=*/0)) {
      std::vector<const TokenRow*> tokens;
      std::vector<std::int64_t> places;
      for (const std::size_t i : batch) {
        tokens.push_back(&rows[which[i]]);
        places.push_back(static_cast<std::int64_t>(i));
      }
      const at::Tensor some = EncodeRows(tuned_.module, tokens);
      if (!vectors.defined()) {
        vectors = at::zeros({static_cast<std::int64_t>(which.size()), some.size(1)});
      }
      vectors.index_copy_(0, at::tensor(places, at::kLong), some);
    }
    return vectors;
  }

  RetrieverScore Measure() {
    const at::NoGradGuard no_grad;
    std::vector<std::size_t> candidates;
    std::vector<std::int64_t> column(answers_.size(), -1);
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      if (answers_[i].ids.empty()) continue;
      column[i] = static_cast<std::int64_t>(candidates.size());
      candidates.push_back(i);
    }
    std::vector<std::size_t> asked;
    for (const auto& each : held_out_) asked.push_back(each.first);
    const at::Tensor scores =
        at::matmul(AllVectors(questions_, asked), AllVectors(answers_, candidates).t());
    RetrieverScore score;
    std::int64_t row = 0;
    for (const auto& [question, right] : held_out_) {
      const at::Tensor own = scores[row++];
      double best = -2;
      for (const std::size_t answer : right) {
        best = std::max(best, own[column[answer]].item<double>());
      }
      const auto above = own.to(at::kDouble).gt(best).sum().item<std::int64_t>();
      score.right_first += above == 0 ? 1 : 0;
      score.mrr += 1 / static_cast<double>(above + 1);
    }
    score.right_first /= static_cast<double>(held_out_.size());
    score.mrr /= static_cast<double>(held_out_.size());
    return score;
  }

  void MakeBatches(std::int64_t epoch) {
    epoch_ = epoch;
    std::vector<std::int64_t> lengths;
    lengths.reserve(training_.size());
    for (const TextPlaces& pair : training_) {
      lengths.push_back(questions_[pair.question].length() + answers_[pair.answer].length());
    }
    batches_ =
        TokenBatches(lengths, options_.batch_tokens,
                     training::DeriveSeed(options_.seed, static_cast<std::uint64_t>(epoch) + 2));
  }

  at::Tensor Loss(const training::Batch& batch) {
    if (batch.epoch != epoch_) MakeBatches(batch.epoch);
    std::vector<const TokenRow*> questions;
    std::vector<const TokenRow*> answers;
    std::vector<std::int64_t> names;
    for (const std::size_t i : batches_[batch.examples[0]]) {
      questions.push_back(&questions_[training_[i].question]);
      answers.push_back(&answers_[training_[i].answer]);
      names.push_back(static_cast<std::int64_t>(training_[i].answer));
    }
    return ContrastiveLoss(EncodeRows(tuned_.module, questions), EncodeRows(tuned_.module, answers),
                           options_.temperature, at::tensor(names, at::kLong));
  }

  absl::Status Learn() {
    training::RandomSource random(options_.seed);
    const std::vector<training::NamedTensor> state = training::StateOf(tuned_.module);
    const std::vector<training::NamedTensor> original = training::Copy(state);
    const std::vector<at::Tensor> parameters = LearnableTensors(state);
    torch::optim::AdamW optimizer(
        parameters,
        torch::optim::AdamWOptions(options_.learning_rate).weight_decay(kTuningWeightDecay));
    MakeBatches(0);
    CLIENTELE_ASSIGN_OR_RETURN(
        training::BatchOrder order,
        training::BatchOrder::Create(
            {.examples = batches_.size(), .batch_size = 1, .seed = options_.seed}));
    const std::int64_t steps = order.steps_per_epoch() * options_.epochs;
    const auto warm_up = static_cast<std::int64_t>(kTuningWarmUp * static_cast<double>(steps));
    const absl::StatusOr<training::LoopResult> result = training::RunLoop(
        {.epochs = options_.epochs,
         .max_gradient_norm = kTuningGradientNorm,
         .schedule = training::LearningRateSchedule::WarmUpLinear(
             std::max<std::int64_t>(warm_up, 1), steps),
         .early_stopping =
             training::EarlyStoppingOptions{.patience = options_.patience,
                                            .direction = training::Direction::kHigherIsBetter},
         .checkpoints = options_.checkpoints,
         .fingerprint = encoder_.model().id()},
        state, optimizer, order, random,
        {.loss = [&](const training::Batch& batch) -> absl::StatusOr<at::Tensor> {
           return Loss(batch);
         },
         .validate = [&](std::int64_t epoch) -> absl::StatusOr<double> {
           const RetrieverScore score = Measure();
           Say(absl::StrFormat("epoch %d of %d: %.1f %% find their answer first", epoch + 1,
                               options_.epochs, 100 * score.right_first));
           return score.mrr;
         }});
    StopLearning(parameters);
    CLIENTELE_RETURN_IF_ERROR(result.status());
    if (!result->best.has_value() || result->best->value <= tuned_.before.mrr) {
      Say("no epoch is better than the encoder as it came: it stays so");
      training::Assign(original, state);
    }
    return absl::OkStatus();
  }

  const EncoderBundle& encoder_;
  const RetrieverTuningOptions& options_;
  std::vector<TokenRow> questions_;
  std::vector<TokenRow> answers_;
  std::vector<TextPlaces> training_;
  std::map<std::size_t, std::vector<std::size_t>> held_out_;  // right answers by question
  std::vector<std::vector<std::size_t>> batches_;
  std::int64_t epoch_ = -1;
  TunedRetriever tuned_;
};

}  // namespace

absl::StatusOr<TunedRetriever> TuneRetriever(const EncoderBundle& encoder,
                                             const std::vector<QuestionAnswer>& pairs,
                                             const RetrieverTuningOptions& options) {
  try {
    return RetrieverTuning(encoder, options).Run(pairs);
  } catch (const std::exception&) {
    return absl::InternalError("the encoder's module cannot be trained");
  }
}

}  // namespace clientele::qa
