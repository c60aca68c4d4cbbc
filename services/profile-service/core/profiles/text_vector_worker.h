#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_TEXT_VECTOR_WORKER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_TEXT_VECTOR_WORKER_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/profiles/profile_models.h"
#include "services/profile-service/core/profiles/text_vectors.h"

namespace clientele::profile {

// Embeds texts in the background, some at a time: those that wait, then those that were stored
// before the model came. Several replicas share the work.
//
//   TextVectorWorker worker(&store, &embedder, clock, {});   // all borrowed
//   process.Repeat("text_vectors", absl::Milliseconds(500),
//                  [&](const RequestContext& context) { return worker.Run(context); });
//
// A text that the model fails on waits aside and is tried again later; it holds up no other.
// Without a model nothing happens. One thread.
class TextVectorWorker {
 public:
  struct Options {
    // Texts embedded at a time.
    int batch = 32;
    // Texts looked through at a time for vectors that the model lacks.
    int scan = 1000;
    // How long the model may take for a batch; texts of one that takes longer are tried one by one.
    absl::Duration call_time = absl::Seconds(30);
    // How long the texts of a batch are left to this replica; what failed is tried again then.
    absl::Duration lease = absl::Minutes(5);
  };

  TextVectorWorker(TextVectorStore* store, TextEmbedder* embedder, const Clock* clock,
                   Options options)
      : store_(store), embedder_(embedder), clock_(clock), options_(options) {}

  // One batch of texts, or one scan where none waits. False when nothing is left to do.
  absl::StatusOr<bool> RunOnce(const RequestContext& context);
  // RunOnce() until nothing is left or the context ends.
  absl::Status Run(const RequestContext& context);

 private:
  // Embeds and keeps; one by one where a text fails with others.
  absl::Status Embed(const RequestContext& context, const std::vector<PendingText>& texts);

  TextVectorStore* const store_;
  TextEmbedder* const embedder_;
  const Clock* const clock_;
  const Options options_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_TEXT_VECTOR_WORKER_H_
