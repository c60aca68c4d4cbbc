#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_PROFILE_VECTOR_MAKER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_PROFILE_VECTOR_MAKER_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_store.h"
#include "services/profile-service/core/profiles/profiles.h"
#include "services/profile-service/core/similar/profile_vector_store.h"
#include "services/profile-service/core/similar/vector_index.h"

namespace clientele::profile {

// Keeps the stored vectors of profiles, and those in memory, as customers are: who changed is due
// some seconds later, everybody once a day, because time alone changes a profile; replicas share
// the work. A turn makes some, so that it never takes more than a part of a core.
//
//   ProfileVectorMaker maker(&changes, &vectors, &profiles, &index, clock, {});   // all borrowed
//   process.Repeat("profile_vectors", absl::Milliseconds(500),
//                  [&](const RequestContext& context) { return maker.Run(context); });
//
// Run is called by one thread at a time; ready() by any.
class ProfileVectorMaker {
 public:
  struct Options {
    int batch = 100;                           // vectors made in a turn
    absl::Duration settle = absl::Seconds(5);  // what changes within it is made once
    absl::Duration lifetime = absl::Hours(24);
    // Of a profile that lacks texts or pictures which wait to be looked at.
    absl::Duration pending_lifetime = absl::Seconds(30);
    absl::Duration lease = absl::Minutes(1);
    // How long a vector may take from being made until others can read it.
    absl::Duration overlap = absl::Seconds(5);
    // A full index begins anew after this long: customers may have gone.
    absl::Duration full_pause = absl::Minutes(30);
    int read_at_once = 2000;
    int adopted_at_once = 5000;
  };

  ProfileVectorMaker(ChangeStore* changes, ProfileVectorStore* vectors, Profiles* profiles,
                     VectorIndex* index, const Clock* clock, Options options)
      : changes_(changes),
        vectors_(vectors),
        profiles_(profiles),
        index_(index),
        clock_(clock),
        options_(options) {}

  // One turn. What cannot be made is left for a later one.
  absl::Status Run(const RequestContext& context);
  // Whether the index has everything that was stored when this began.
  bool ready() const { return ready_; }

 private:
  // Who changed since the turn before is due, and who may not be shown leaves the index.
  absl::Status Follow(const RequestContext& context);
  bool Hides(const Change& change) const;
  absl::Status Adopt(const RequestContext& context);
  absl::Status Make(const RequestContext& context);
  // What was made, here or elsewhere, comes into the index.
  absl::Status Load(const RequestContext& context);
  void BeginAnew();

  ChangeStore* const changes_;
  ProfileVectorStore* const vectors_;
  Profiles* const profiles_;
  VectorIndex* const index_;
  const Clock* const clock_;
  const Options options_;
  std::string epoch_;  // empty: the feed was not read yet
  std::int64_t seq_ = 0;
  absl::Time adopt_time_ = absl::InfinitePast();
  absl::Time load_time_ = absl::InfinitePast();
  absl::Time full_time_ = absl::InfinitePast();
  VectorPosition loaded_;
  std::atomic<bool> ready_ = false;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_PROFILE_VECTOR_MAKER_H_
