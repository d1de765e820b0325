"""The arrows of the chain as foreign keys over several columns, and the categories that the law knows."""

from django.db import migrations

ARROWS = """
ALTER TABLE agreements_agreement ADD CONSTRAINT agreement_regime_key UNIQUE (id, regime);
ALTER TABLE agreements_agreement ADD CONSTRAINT agreement_zone_key UNIQUE (id, zone);
ALTER TABLE agreements_version ADD CONSTRAINT version_agreement_key UNIQUE (id, agreement_id);
ALTER TABLE agreements_purpose ADD CONSTRAINT purpose_agreement_key UNIQUE (id, agreement_id);
ALTER TABLE agreements_purpose ADD CONSTRAINT purpose_regime_key UNIQUE (id, regime, activity);
ALTER TABLE agreements_category ADD CONSTRAINT category_kind_key UNIQUE (code, kind, is_health);
ALTER TABLE agreements_partner ADD CONSTRAINT partner_organisation_key UNIQUE (id, agreement_id, organisation_id);
ALTER TABLE agreements_circle ADD CONSTRAINT circle_agreement_key UNIQUE (id, agreement_id);
ALTER TABLE agreements_circle ADD CONSTRAINT circle_purpose_key UNIQUE (id, purpose_id);

ALTER TABLE agreements_purpose ADD CONSTRAINT purpose_has_the_regime_of_its_agreement
    FOREIGN KEY (agreement_id, regime) REFERENCES agreements_agreement (id, regime);
ALTER TABLE agreements_purpose ADD CONSTRAINT purpose_came_with_a_version_of_its_agreement
    FOREIGN KEY (version_id, agreement_id) REFERENCES agreements_version (id, agreement_id);
ALTER TABLE agreements_purposecategory ADD CONSTRAINT category_has_the_regime_of_its_purpose
    FOREIGN KEY (purpose_id, regime, activity) REFERENCES agreements_purpose (id, regime, activity);
ALTER TABLE agreements_purposecategory ADD CONSTRAINT category_is_of_its_kind
    FOREIGN KEY (category_id, kind, is_health) REFERENCES agreements_category (code, kind, is_health);
ALTER TABLE agreements_partner ADD CONSTRAINT partner_came_with_a_version_of_its_agreement
    FOREIGN KEY (version_id, agreement_id) REFERENCES agreements_version (id, agreement_id);
ALTER TABLE agreements_authorisation ADD CONSTRAINT authorisation_is_of_a_partner
    FOREIGN KEY (partner_id, agreement_id, organisation_id)
    REFERENCES agreements_partner (id, agreement_id, organisation_id);
ALTER TABLE agreements_authorisation ADD CONSTRAINT authorisation_is_for_a_purpose_of_the_agreement
    FOREIGN KEY (purpose_id, agreement_id) REFERENCES agreements_purpose (id, agreement_id);
ALTER TABLE agreements_circle ADD CONSTRAINT circle_is_for_a_purpose_of_the_agreement
    FOREIGN KEY (purpose_id, agreement_id) REFERENCES agreements_purpose (id, agreement_id);
ALTER TABLE agreements_circlemember ADD CONSTRAINT circle_member_is_a_partner
    FOREIGN KEY (partner_id, agreement_id, organisation_id)
    REFERENCES agreements_partner (id, agreement_id, organisation_id);
ALTER TABLE agreements_circlemember ADD CONSTRAINT circle_member_is_of_the_agreement_of_the_circle
    FOREIGN KEY (circle_id, agreement_id) REFERENCES agreements_circle (id, agreement_id);
"""

NO_ARROWS = """
ALTER TABLE agreements_circlemember DROP CONSTRAINT circle_member_is_of_the_agreement_of_the_circle,
    DROP CONSTRAINT circle_member_is_a_partner;
ALTER TABLE agreements_circle DROP CONSTRAINT circle_is_for_a_purpose_of_the_agreement;
ALTER TABLE agreements_authorisation DROP CONSTRAINT authorisation_is_for_a_purpose_of_the_agreement,
    DROP CONSTRAINT authorisation_is_of_a_partner;
ALTER TABLE agreements_partner DROP CONSTRAINT partner_came_with_a_version_of_its_agreement;
ALTER TABLE agreements_purposecategory DROP CONSTRAINT category_is_of_its_kind,
    DROP CONSTRAINT category_has_the_regime_of_its_purpose;
ALTER TABLE agreements_purpose DROP CONSTRAINT purpose_came_with_a_version_of_its_agreement,
    DROP CONSTRAINT purpose_has_the_regime_of_its_agreement;
ALTER TABLE agreements_circle DROP CONSTRAINT circle_purpose_key, DROP CONSTRAINT circle_agreement_key;
ALTER TABLE agreements_partner DROP CONSTRAINT partner_organisation_key;
ALTER TABLE agreements_category DROP CONSTRAINT category_kind_key;
ALTER TABLE agreements_purpose DROP CONSTRAINT purpose_regime_key, DROP CONSTRAINT purpose_agreement_key;
ALTER TABLE agreements_version DROP CONSTRAINT version_agreement_key;
ALTER TABLE agreements_agreement DROP CONSTRAINT agreement_zone_key, DROP CONSTRAINT agreement_regime_key;
"""

CATEGORIES = """
INSERT INTO agreements_category (code, name, kind, is_health) VALUES
    ('personalia', 'Personalia en contactgegevens', 'gewoon', false),
    ('bsn', 'Burgerservicenummer', 'nationaal_id', false),
    ('adres', 'Adres en verblijf', 'gewoon', false),
    ('onderneming', 'Onderneming en functies', 'gewoon', false),
    ('vergunning', 'Vergunningen en toezicht', 'gewoon', false),
    ('bestuurlijk', 'Bestuurlijke maatregelen', 'gevoelig', false),
    ('financieel', 'Inkomen en vermogen', 'gevoelig', false),
    ('fiscaal', 'Belastinggegevens', 'gevoelig', false),
    ('bibob', 'Bibob-advies', 'gevoelig', false),
    ('jeugd', 'Jeugdhulp en onderwijs', 'gevoelig', false),
    ('signaal', 'Waarneming of signaal', 'gevoelig', false),
    ('politie8', 'Politiegegevens dagelijkse taak (Wpg 8)', 'strafrechtelijk', false),
    ('politie9', 'Politiegegevens onderzoek (Wpg 9)', 'strafrechtelijk', false),
    ('politie10', 'Politiegegevens informatiepositie (Wpg 10)', 'strafrechtelijk', false),
    ('justitieel', 'Justitiële gegevens (Wjsg)', 'strafrechtelijk', false),
    ('seksueel', 'Seksueel gedrag of gerichtheid', 'bijzonder', false),
    ('gezondheid', 'Gezondheid', 'bijzonder', true),
    ('medisch', 'Gegevens onder medisch beroepsgeheim', 'bijzonder', true);
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial")]
    operations = [
        migrations.RunSQL(ARROWS, NO_ARROWS),
        migrations.RunSQL(CATEGORIES, "DELETE FROM agreements_category"),
    ]
