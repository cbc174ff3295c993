#include <cmath>
#include <numbers>

#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kLatitude{"22003", "latitude out of range: it is from -90 to 90"};
constexpr FailureText kLongitude{"22003", "longitude out of range: it is from -180 to 180"};

constexpr double kEarthRadiusKm = 6371.0088;  // mean radius R1 of the IUGG, Geodetic Reference System 1980

double radians(double degrees) { return degrees * (std::numbers::pi / 180); }

double square_of_half_sine(double degrees) {
  double sine = std::sin(radians(degrees) / 2);
  return sine * sine;
}

/// R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
Failure haversine(double& out, double latitude1, double longitude1, double latitude2, double longitude2) {
  for (double latitude : {latitude1, latitude2}) {
    if (!(std::abs(latitude) <= 90)) return &kLatitude;  // NaN, too
  }
  for (double longitude : {longitude1, longitude2}) {
    if (!(std::abs(longitude) <= 180)) return &kLongitude;
  }
  double across = std::cos(radians(latitude1)) * std::cos(radians(latitude2)) *
                  square_of_half_sine(longitude2 - longitude1);
  double chord = square_of_half_sine(latitude2 - latitude1) + across;
  out = 2 * kEarthRadiusKm * std::asin(std::sqrt(std::min(chord, 1.0)));
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kDouble, kDouble, kDouble, kDouble}, kDouble, &make_kernel<&haversine>}};

}  // namespace

const FunctionSpec& haversine_km_spec() {
  static const FunctionSpec spec{
      .name = "haversine_km",
      .signature =
          "haversine_km(latitude1, longitude1, latitude2, longitude2 double precision) → double "
          "precision",
      .summary =
          "Kilometres between two places on a sphere of the Earth's mean radius; degrees, north and "
          "east positive. At most 0.6 % from the true distance.",
      .example = "haversine_km(48.8566, 2.3522, 51.5074, -0.1278)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(haversine_km);

}  // namespace pactolus
