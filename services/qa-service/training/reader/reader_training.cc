#include "services/qa-service/training/reader/reader_training.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/crypto/digest.h"
#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/tasks/tokenization.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/held_out_groups.h"
#include "services/qa-service/training/module_tuning.h"
#include "services/qa-service/training/pair_module.h"
#include "services/qa-service/training/pair_publication.h"
#include "services/qa-service/training/reader/reader_module.h"
#include "services/qa-service/training/reader/reading_scores.h"
#include "services/qa-service/training/reader/sliding_window.h"
#include "services/qa-service/training/reader/window_reading.h"

namespace clientele::qa {
namespace {

using inference::TokenizedPair;
using inference::TokenSpan;

// Of windows without the answer, for each window of the same question that holds it.
constexpr std::size_t kEmptyWindows = 1;

class ReaderTraining {
 public:
  ReaderTraining(const EncoderBundle& encoder, const ReadingSet& set,
                 const ReaderBundleOptions& bundle)
      : encoder_(encoder), set_(set), bundle_(bundle), options_(bundle.training) {}

  absl::StatusOr<PublishedReader> Run() {
    CLIENTELE_RETURN_IF_ERROR(inference::RequirePairTokenizer(encoder_.model()));
    CLIENTELE_RETURN_IF_ERROR(Prepare());
    PublishedReader published;
    TuningCallbacks callbacks;
    callbacks.loss = [&](absl::Span<const std::size_t> batch, std::mt19937_64& random) {
      return Loss(batch, random);
    };
    if (!held_out_.empty()) {
      callbacks.validate = [&]() -> absl::StatusOr<double> {
        CLIENTELE_ASSIGN_OR_RETURN(const ReadingScores scores, Measure());
        return scores.f1;
      };
    }
    CLIENTELE_RETURN_IF_ERROR(
        TuneModule(pair_->module,
                   {{.tensors = FloatTensors(pair_->module, {"rarity", "span_"}),
                     .learning_rate = options_.learning_rate},
                    {.tensors = FloatTensorsNamed(pair_->module, "span_"),
                     .learning_rate = options_.head_learning_rate}},
                   lengths_, callbacks, Tuning())
            .status());
    published.questions = learned_;
    if (!held_out_.empty()) CLIENTELE_RETURN_IF_ERROR(AddMetrics(published.metrics));
    CLIENTELE_ASSIGN_OR_RETURN(published.folder, Write(published));
    return published;
  }

 private:
  void Say(absl::string_view line) const {
    if (options_.progress) options_.progress(line);
  }

  absl::Status Prepare() {
    CLIENTELE_RETURN_IF_ERROR(MakeModule());
    CLIENTELE_ASSIGN_OR_RETURN(windowed_, WindowExamples(encoder_.model(), set_, Windows()));
    std::vector<std::string> articles;
    articles.reserve(set_.examples.size());
    for (const ReadingExample& example : set_.examples) {
      articles.push_back(set_.passages[example.passage].article);
    }
    const std::vector<char> held_out = HoldOutGroups(articles, options_.held_out, options_.seed);
    for (std::size_t i = 0; i < set_.examples.size(); ++i) {
      if (held_out[i] != 0) {
        held_out_.push_back(&windowed_[i]);
        held_out_examples_.push_back(&set_.examples[i]);
      } else {
        Learn(i);
      }
    }
    if (!answered_) {
      return InvalidField("questions", "must be answered by a place in their passage: none is");
    }
    Say(absl::StrFormat("%d questions in %d windows to learn from, %d held out", learned_,
                        pairs_.size(), held_out_.size()));
    return absl::OkStatus();
  }

  absl::Status MakeModule() {
    const text::Tokenizer& tokenizer = *encoder_.model().tokenizer()->trained();
    std::vector<std::vector<std::int64_t>> texts;
    texts.reserve(set_.passages.size());
    for (const ReadingPassage& passage : set_.passages) {
      auto encoding = tokenizer.Encode(passage.text, {.add_special_tokens = false});
      if (!encoding.ok()) {
        return InvalidField(absl::StrCat("passage ", texts.size() + 1),
                            encoding.status().message());
      }
      texts.push_back(std::move(encoding->ids));
    }
    CLIENTELE_ASSIGN_OR_RETURN(pair_,
                               MakePairModule(encoder_, TokenRaritiesOf(encoder_.model(), texts)));
    AddSpanHead(*pair_, options_.seed);
    return absl::OkStatus();
  }

  std::size_t WindowTokens() const {
    return std::min(options_.window_tokens, static_cast<std::size_t>(pair_->max_tokens));
  }

  WindowOptions Windows() const {
    return {.max_tokens = WindowTokens(), .overlap = options_.window_overlap};
  }

  // Windows with the answer, and as many of the others; one of a question without an answer.
  void Learn(std::size_t i) {
    const ReadingExample& example = set_.examples[i];
    if (!example.place.has_value() && !example.answers.empty()) return;
    std::vector<const ReadingWindow*> others;
    std::size_t holding = 0;
    for (const ReadingWindow& window : windowed_[i].windows) {
      const TokenLabel label =
          example.place.has_value() ? LabelOf(window, *example.place) : TokenLabel{};
      if (label.last == 0) {
        others.push_back(&window);
        continue;
      }
      AddPair(window, label);
      ++holding;
    }
    answered_ |= holding > 0;
    const std::size_t wanted = kEmptyWindows * std::max<std::size_t>(holding, 1);
    // Spread over the passage, the same each time.
    for (std::size_t taken = 0; taken < std::min(wanted, others.size()); ++taken) {
      AddPair(*others[(i + taken * (others.size() / wanted + 1)) % others.size()], {});
    }
    ++learned_;
  }

  void AddPair(const ReadingWindow& window, const TokenLabel& label) {
    pairs_.push_back(&window.pair);
    labels_.push_back(label);
    lengths_.push_back(window.pair.row.length());
  }

  TuningOptions Tuning() const {
    std::string facts =
        absl::StrFormat("%d %d %g %g %g %g %d %d", options_.seed, options_.epochs,
                        options_.learning_rate, options_.head_learning_rate, options_.dropout,
                        options_.masked_tokens, options_.batch_windows, WindowTokens());
    absl::StrAppend(&facts, encoder_.model().id());
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      absl::StrAppend(&facts, " ", labels_[i].first, "-", labels_[i].last);
      for (const std::int64_t id : pairs_[i]->row.ids) absl::StrAppend(&facts, ",", id);
    }
    TuningOptions tuning = {.seed = options_.seed,
                            .epochs = options_.epochs,
                            .batch_examples = options_.batch_windows,
                            .checkpoints = options_.checkpoints,
                            .fingerprint = crypto::Sha256Hex(facts)};
    tuning.progress = options_.progress;
    return tuning;
  }

  absl::StatusOr<at::Tensor> Loss(absl::Span<const std::size_t> batch, std::mt19937_64& random) {
    std::vector<const TokenizedPair*> pairs;
    std::vector<TokenLabel> labels;
    pairs.reserve(batch.size());
    labels.reserve(batch.size());
    std::int64_t longest = 1;
    for (const std::size_t i : batch) {
      pairs.push_back(pairs_[i]);
      labels.push_back(labels_[i]);
      longest = std::max(longest, pairs.back()->row.length());
    }
    // The first token stays: the answer that there is none stands on it.
    at::Tensor mask = at::zeros({static_cast<std::int64_t>(pairs.size()), longest}, at::kLong);
    auto* values = mask.data_ptr<std::int64_t>();
    std::bernoulli_distribution hidden(options_.masked_tokens);
    for (std::size_t row = 0; row < pairs.size(); ++row) {
      std::int64_t* at = values + static_cast<std::int64_t>(row) * longest;
      for (std::int64_t i = 0; i < pairs[row]->row.length(); ++i) {
        at[i] = i > 0 && hidden(random) ? 0 : 1;
      }
    }
    return SpanLoss(SpanLogits(pair_->module, pairs, options_.dropout, mask), pairs, labels);
  }

  absl::StatusOr<std::vector<TokenSpan>> Spans(absl::Span<const TokenizedPair* const> pairs) const {
    const at::Tensor logits = SpanLogits(pair_->module, pairs, /*dropout=*/0).contiguous();
    const auto length = static_cast<std::size_t>(logits.size(2));
    const float* values = logits.data_ptr<float>();
    std::vector<TokenSpan> spans;
    spans.reserve(pairs.size());
    for (std::size_t row = 0; row < pairs.size(); ++row) {
      spans.push_back(
          inference::BestSpan(*pairs[row], absl::MakeConstSpan(values + row * length, length),
                              absl::MakeConstSpan(values + (pairs.size() + row) * length, length)));
    }
    return spans;
  }

  absl::StatusOr<ReadingScores> Measure() const {
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::vector<ReadAnswer> answers,
        ReadWindows(held_out_,
                    [&](absl::Span<const TokenizedPair* const> pairs) { return Spans(pairs); }));
    const bool may_abstain =
        std::any_of(held_out_examples_.begin(), held_out_examples_.end(),
                    [](const ReadingExample* example) { return example->answers.empty(); });
    std::vector<std::string> texts;
    texts.reserve(answers.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const AnswerPlace& place = answers[i].place;
      const std::string& passage = set_.passages[held_out_examples_[i]->passage].text;
      const bool none = may_abstain && answers[i].margin <= 0;
      texts.push_back(none ? "" : passage.substr(place.begin, place.end - place.begin));
    }
    return MeanScores(texts, held_out_examples_, set_);
  }

  absl::Status AddMetrics(std::map<std::string, double>& metrics) const {
    const at::NoGradGuard no_grad;
    CLIENTELE_ASSIGN_OR_RETURN(const ReadingScores scores, Measure());
    std::vector<std::string> found;
    found.reserve(held_out_examples_.size());
    for (const ReadingExample* example : held_out_examples_) {
      found.push_back(SlidingWindowAnswer(example->question, set_.passages[example->passage].text));
    }
    const ReadingScores baseline = MeanScores(found, held_out_examples_, set_);
    metrics["exact_match"] = scores.exact_match;
    metrics["f1"] = scores.f1;
    metrics["sliding_window_exact_match"] = baseline.exact_match;
    metrics["sliding_window_f1"] = baseline.f1;
    metrics["held_out_questions"] = static_cast<double>(scores.questions);
    return absl::OkStatus();
  }

  absl::StatusOr<std::filesystem::path> Write(const PublishedReader& published) const {
    model::v1::Bundle manifest;
    manifest.set_name(bundle_.name);
    manifest.set_version(bundle_.version);
    manifest.set_task(model::v1::TASK_TEXT_READER);
    manifest.set_architecture("bert-reader");
    manifest.set_description(absl::StrCat("A span head on ", encoder_.model().id()));
    manifest.set_source("clientele-models train reader");
    manifest.set_license(bundle_.license);
    for (const char* output : {"start", "end"}) {
      inference::AddSpec(*manifest.mutable_outputs(), output, model::v1::DATA_TYPE_FLOAT32,
                         {-1, -1});
    }
    for (const auto& [name, value] : published.metrics) {
      (*manifest.mutable_metrics())[name] = value;
    }
    return WritePairBundle(encoder_, pair_->module, std::move(manifest), WindowTokens(),
                           bundle_.out, bundle_.key);
  }

  const EncoderBundle& encoder_;
  const ReadingSet& set_;
  const ReaderBundleOptions& bundle_;
  const ReaderTrainingOptions& options_;
  std::optional<PairModule> pair_;
  std::vector<WindowedExample> windowed_;
  std::vector<const TokenizedPair*> pairs_;  // to learn from, with their labels and lengths
  std::vector<TokenLabel> labels_;
  std::vector<std::int64_t> lengths_;
  std::vector<const WindowedExample*> held_out_;
  std::vector<const ReadingExample*> held_out_examples_;
  std::size_t learned_ = 0;
  bool answered_ = false;
};

}  // namespace

absl::StatusOr<PublishedReader> TrainReaderBundle(const EncoderBundle& encoder,
                                                  const ReadingSet& set,
                                                  const ReaderBundleOptions& options) {
  try {
    return ReaderTraining(encoder, set, options).Run();
  } catch (const std::exception&) {
    return absl::InternalError("the reader's tensor operations failed");
  }
}

}  // namespace clientele::qa
