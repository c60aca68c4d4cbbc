#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_CONFIDENCE_SEQUENCE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_CONFIDENCE_SEQUENCE_H_

// Intervals for the difference of two conversion rates that hold at all times together, so that
// looking at a running experiment every day, and stopping when it looks good, keeps the stated
// error.
//
//   d = x1/n1 - x0/n0,  V = s0/n0 + s1/n1 with s = p(1 - p) and p = (x + 1)/(n + 2);
//   the true difference lies in  d +- sqrt( V (V + t2)/t2 * (2 ln(1/a) + ln((V + t2)/V)) )
//   for all times at once with probability 1 - a,
//
// the confidence sequence of the mixture sequential probability ratio test with a normal mixture
// of variance t2 over the difference: Johari, Koomen, Pekelis, Walsh: Always Valid Inference:
// Continuous Monitoring of A/B Tests, Operations Research 70(3), 2022 (after Robbins: Statistical
// Methods Related to the Law of the Iterated Logarithm, Annals of Mathematical Statistics 41(5),
// 1970). With estimated variances it holds asymptotically: Waudby-Smith, Arbour, Sinha, Kennedy,
// Ramdas: Time-Uniform Central Limit Theory and Asymptotic Confidence Sequences, Annals of
// Statistics 52(6), 2024, whose choice of t2 makes the interval narrowest at m customers a
// variant: t2 = (s0 + s1)/m * (L + ln(L + 1)), L = 2 ln(1/a). It is valid for any t2. The added
// successes and failures (Agresti, Caffo: Simple and Effective Confidence Intervals for
// Proportions ..., The American Statistician 54(4), 2000) keep early looks, where few or none
// converted, from being too sure.

#include <cstdint>

namespace clientele::recommend {

struct ConversionCounts {
  std::int64_t exposed = 0;
  std::int64_t converted = 0;  // at most `exposed`

  double rate() const {
    return exposed == 0 ? 0 : static_cast<double>(converted) / static_cast<double>(exposed);
  }
};

struct DifferenceInterval {
  double lower = -1;
  double upper = 1;
};

// Of the rate of `variant` less that of `control`, within -1 and 1; -1 to 1 until both were
// exposed. `error_rate` a is above 0 and below 1, `planned_exposures` m at least 1. Pure.
DifferenceInterval AlwaysValidDifference(const ConversionCounts& control,
                                         const ConversionCounts& variant, double error_rate,
                                         std::int64_t planned_exposures);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_CONFIDENCE_SEQUENCE_H_
