#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_ENCODER_VERSIONS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_ENCODER_VERSIONS_H_

// The versions of the text encoder that are in memory, and which of them may serve. Ids are
// "name/version".

#include <string>

namespace clientele::qa {

// Thread-safe.
class EncoderVersions {
 public:
  virtual ~EncoderVersions() = default;

  // What serves; empty: none does.
  virtual std::string serving() const = 0;
  // What is checked and waits; empty: nothing does.
  virtual std::string candidate() const = 0;
  // Whether the candidate is older than what serves: people went back to it.
  virtual bool candidate_is_older() const = 0;

  // Lets a version serve, now or as soon as it is found and good; no other one does meanwhile. What
  // served until then stays in memory until Release(). Ids of other encoders have no effect. May
  // load it.
  virtual void Admit(const std::string& id) = 0;
  // The candidate does not serve, and the next one is looked for; `reason` is for operators.
  virtual void Refuse(const std::string& id, const std::string& reason) = 0;
  // What was refused may be a candidate again.
  virtual void Reconsider(const std::string& id) = 0;
  // Frees what served before.
  virtual void Release() = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_ENCODER_VERSIONS_H_
