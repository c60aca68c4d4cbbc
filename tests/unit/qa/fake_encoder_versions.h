#ifndef CLIENTELE_TESTS_UNIT_QA_FAKE_ENCODER_VERSIONS_H_
#define CLIENTELE_TESTS_UNIT_QA_FAKE_ENCODER_VERSIONS_H_

#include <set>
#include <string>
#include <vector>

#include "services/qa-service/core/upgrades/encoder_versions.h"
#include "tests/unit/qa/fake_embedder.h"

namespace clientele::qa::testing {

// The versions of a FakeEmbedder. A folder of versions holds `found`; of those the newest in order
// that is neither admitted nor refused is the candidate.
class FakeEncoderVersions final : public EncoderVersions {
 public:
  explicit FakeEncoderVersions(FakeEmbedder* embedder) : embedder_(embedder) {}

  std::string serving() const override { return embedder_->model; }
  std::string candidate() const override { return embedder_->candidate; }
  bool candidate_is_older() const override { return candidate() < serving(); }
  void Admit(const std::string& id) override {
    if (!found.contains(id)) return;
    if (embedder_->previous.empty() && embedder_->model != id) {
      embedder_->previous = embedder_->model;
    }
    embedder_->model = id;
    Look();
  }
  void Refuse(const std::string& id, const std::string& reason) override {
    refused.insert(id);
    reasons.push_back(reason);
    Look();
  }
  void Reconsider(const std::string& id) override {
    refused.erase(id);
    Look();
  }
  void Release() override { embedder_->previous.clear(); }

  // Finds a version, as a turn of the handle does.
  void Find(const std::string& id) {
    found.insert(id);
    Look();
  }

  std::set<std::string> found;
  std::set<std::string> refused;
  std::vector<std::string> reasons;

 private:
  void Look() {
    embedder_->candidate.clear();
    for (auto it = found.rbegin(); it != found.rend() && *it != embedder_->model; ++it) {
      if (refused.contains(*it)) continue;
      embedder_->candidate = *it;
      break;
    }
  }

  FakeEmbedder* const embedder_;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_UNIT_QA_FAKE_ENCODER_VERSIONS_H_
