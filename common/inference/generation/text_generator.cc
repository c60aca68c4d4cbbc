#include "common/inference/generation/text_generator.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

// Between the engine's thread and the caller's. Shared, because the caller may leave
// first.
class Mailbox final : public GenerationSink {
 public:
  Mailbox(CancellationToken cancellation, bool wants_tokens)
      : cancellation_(std::move(cancellation)), wants_tokens_(wants_tokens) {}

  void OnToken(std::int64_t token) override {
    if (!wants_tokens_) return;
    {
      std::lock_guard lock(mutex_);
      tokens_.push_back(token);
    }
    changed_.notify_one();
  }

  void OnDone(absl::StatusOr<GeneratedTokens> result) override {
    {
      std::lock_guard lock(mutex_);
      result_ = std::move(result);
    }
    changed_.notify_one();
  }

  bool cancelled() const override {
    if (cancellation_.IsCancelled()) return true;
    std::lock_guard lock(mutex_);
    return abandoned_;
  }

  // New tokens, or none when the result is there or `timeout` has passed.
  std::vector<std::int64_t> WaitForTokens(absl::Duration timeout) {
    std::unique_lock lock(mutex_);
    const auto news = [this] { return !tokens_.empty() || result_.has_value(); };
    if (timeout > absl::Hours(24)) {
      changed_.wait(lock, news);
    } else {
      changed_.wait_for(lock, absl::ToChronoNanoseconds(timeout), news);
    }
    return std::exchange(tokens_, {});
  }

  // The result; without one the caller leaves.
  absl::StatusOr<GeneratedTokens> TakeResult() {
    std::lock_guard lock(mutex_);
    if (result_.has_value()) return *std::move(result_);
    abandoned_ = true;
    return WithReason(
        absl::DeadlineExceededError("the call's deadline passed while its text was generated"),
        reason::kDeadlineExceeded);
  }

 private:
  const CancellationToken cancellation_;
  const bool wants_tokens_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::int64_t> tokens_;
  std::optional<absl::StatusOr<GeneratedTokens>> result_;
  bool abandoned_ = false;
};

}  // namespace

TextGenerator::TextGenerator(TextGeneratorOptions options)
    : clock_(options.clock), loop_(options.loop), worker_([this] { Work(); }) {}

TextGenerator::~TextGenerator() { Drain(); }

absl::StatusOr<std::unique_ptr<TextGenerator>> TextGenerator::Create(TextGeneratorOptions options) {
  if (options.clock == nullptr) return InvalidField("clock", "must be given");
  if (options.loop.max_rows < 1) return InvalidField("max_rows", "must be at least 1");
  if (options.loop.max_cache_bytes < 1) return InvalidField("max_cache_bytes", "must be positive");
  if (options.loop.queue_capacity < 1) return InvalidField("queue_capacity", "must be at least 1");
  if (options.loop.max_prefill_cells < 1) {
    return InvalidField("max_prefill_cells", "must be at least 1");
  }
  return std::unique_ptr<TextGenerator>(new TextGenerator(options));
}

void TextGenerator::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return draining_ || loop_.HasWork(); });
    if (!loop_.HasWork()) return;
    lock.unlock();
    loop_.RunOnce(clock_->Now());
    lock.lock();
  }
}

absl::Status TextGenerator::Submit(std::unique_ptr<GenerationRequest> request) {
  {
    std::lock_guard lock(mutex_);
    if (draining_) {
      loop_.CountRefused();
      return UnavailableError(reason::kDraining, "the server is shutting down", absl::Seconds(1));
    }
    CLIENTELE_RETURN_IF_ERROR(loop_.Add(request, clock_->Now()));
  }
  changed_.notify_one();
  return absl::OkStatus();
}

absl::StatusOr<GeneratedTokens> TextGenerator::Generate(const RequestContext& context,
                                                        std::shared_ptr<const GeneratorModel> model,
                                                        std::vector<std::int64_t> prompt,
                                                        const GenerateOptions& options,
                                                        const TokenCallback& on_token) {
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const auto mailbox = std::make_shared<Mailbox>(context.cancellation, on_token != nullptr);
  CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<GenerationRequest> request,
                             MakeGenerationRequest(std::move(model), std::move(prompt), options,
                                                   context.deadline, mailbox));
  CLIENTELE_RETURN_IF_ERROR(Submit(std::move(request)));
  while (true) {
    const std::vector<std::int64_t> tokens =
        mailbox->WaitForTokens(context.deadline - clock_->Now());
    if (tokens.empty()) return mailbox->TakeResult();
    for (const std::int64_t token : tokens) on_token(token);
  }
}

void TextGenerator::Drain() {
  {
    std::lock_guard lock(mutex_);
    draining_ = true;
  }
  changed_.notify_all();
  std::lock_guard join_lock(join_mutex_);
  if (worker_.joinable()) worker_.join();
}

}  // namespace clientele::inference
